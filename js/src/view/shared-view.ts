// The shared view, as this screen changes it: pages, page size, queries.
// Browser-only state: changes that are not shown yet.

import { Latest } from "../link/latest.ts";
import { REREAD_SECONDS } from "../protocol/limits.ts";
import type { Query } from "../protocol/query.ts";
import { settingsTo } from "../protocol/query.ts";
import type { ViewState } from "../protocol/state.ts";
import type { Host } from "./host.ts";
import { changeView, type Settings } from "./paging.ts";
import { PendingQuery } from "./pending-query.ts";

export class SharedView {
  readonly #host: Host;
  readonly #turns = new Latest<Settings>((set) => this.#turn(set));
  readonly #pendingQueries = new Set<PendingQuery>();
  #wanted: Settings | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The newest pending query. */
  get pendingQuery(): PendingQuery | null {
    return [...this.#pendingQueries].at(-1) ?? null;
  }

  /** Whether a page was requested that is not shown yet. */
  get turning(): boolean {
    return this.#wanted?.page !== undefined;
  }

  /** Whether any change is not shown yet. */
  get pending(): boolean {
    return this.#wanted !== null;
  }

  /** A view as it will be when all changes are shown. */
  ahead(view: ViewState): ViewState {
    return this.#wanted ? changeView(view, this.#wanted) : view;
  }

  /** Set the page or the page size. */
  changeSettings(set: Settings): void {
    this.#wanted = { ...this.#wanted, ...set };
    this.#turns.submit(this.#wanted);
  }

  /**
   * Apply a query; settles when everyone sees its rows. The relay takes a newer one
   * together with those of before that are still on their way.
   */
  async applyQuery(query: Query): Promise<void> {
    const shared = this.#host.document?.view.query ?? {};
    const set = settingsTo(this.pendingQuery?.query ?? shared, query);
    if (Object.keys(set).length === 0) return;
    const pendingQuery = new PendingQuery(query, this.#host.changed);
    this.#pendingQueries.add(pendingQuery);
    this.#host.changed();
    try {
      await this.sendOp(set, pendingQuery);
    } finally {
      pendingQuery.end();
      this.#pendingQueries.delete(pendingQuery);
      this.#host.changed();
    }
  }

  /** Cancel all pending queries. */
  cancelQuery(): void {
    for (const pendingQuery of this.#pendingQueries) pendingQuery.cancel();
  }

  /** Change what everyone sees; settles when it shows here. */
  async sendOp(set: Settings, pendingQuery?: PendingQuery): Promise<void> {
    const table = this.#host.document?.table?.id ?? null;
    const { requests } = this.#host;
    const requestOptions =
      pendingQuery?.requestOptions ?? (set.reading ? { seconds: REREAD_SECONDS } : {});
    await this.#host.waitForSnapshot(await requests.op({ type: "op", table, set }, requestOptions));
  }

  async #turn(set: Settings): Promise<void> {
    try {
      await this.sendOp(set);
    } catch (error) {
      this.#turns.clear();
      this.#host.reportError(error);
    }
    if (!this.#turns.overtaken) this.#wanted = null;
    this.#host.changed();
  }
}
