// The private view: a page and a query of one's own.
// Private to this screen: the view and its page. Browser-only: requests that have no answer yet.

import { Latest } from "../link/latest.ts";
import type { Heatmap, Query } from "../protocol/query.ts";
import { EVERYTHING, isEverything, keepColumns, sameQuery } from "../protocol/query.ts";
import { rulesOf } from "../protocol/read-options.ts";
import type { Page, Snapshot, TableState, ViewState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import type { Host } from "./host.ts";
import { changeView, countPages, foundView, growView, type Settings } from "./paging.ts";
import { PendingQuery } from "./pending-query.ts";

/** Seconds between two requests for a query's rows while the table grows. */
const RENEW_SECONDS = 2;

export class OwnView {
  readonly #host: Host;
  readonly #looks = new Latest<ViewState>((view) => this.#look(view));
  #view: ViewState | null = null;
  #page: Page | null = null;
  #pendingQuery: PendingQuery | null = null;
  /** The view of the table before, which comes back if the replacement is cancelled. */
  #before: { table: string; view: ViewState } | null = null;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The view; null while this screen follows everyone. */
  get view(): ViewState | null {
    return this.#view;
  }

  /** The page that came last; null if none did of this table. */
  get page(): Page | null {
    return this.#page;
  }

  get pendingQuery(): PendingQuery | null {
    return this.#pendingQuery;
  }

  /** Whether the page that was requested has not come yet. */
  get turning(): boolean {
    return this.#looks.busy;
  }

  /** Start a private view at what everyone sees. */
  start(shared: ViewState, page: Page | null): void {
    this.stop();
    this.#before = null;
    this.#view = { ...shared, stick: false };
    this.#page = page;
  }

  /** Follow everyone again. */
  stop(): void {
    clearTimeout(this.#renewal);
    this.#renewal = undefined;
    this.#looks.clear();
    this.#pendingQuery?.cancel();
    this.#pendingQuery = null;
    this.#view = null;
    this.#page = null;
  }

  /** Colour columns on this screen. */
  colour(heatmap: Heatmap | null): void {
    if (this.#view === null) return;
    const { heatmap: _, ...view } = this.#view;
    this.#view = heatmap ? { ...view, heatmap } : view;
  }

  /** Turn to a page, or show so many rows on one. */
  changeSettings(set: Settings): void {
    if (this.#view === null) return;
    this.#view = changeView(this.#view, set);
    this.refetch();
  }

  /** Apply a query, at a page of its rows; settles when they show. */
  async applyQuery(query: Query, page = 1, page_size = this.#view?.page_size ?? 1): Promise<void> {
    const table = this.#host.document?.table?.id;
    if (this.#view === null || table === undefined) return;
    this.#pendingQuery?.cancel();
    const pendingQuery = new PendingQuery(query, this.#host.changed);
    this.#pendingQuery = pendingQuery;
    this.#host.changed();
    try {
      const look = { type: "look", table, page, page_size, query } as const;
      const found = await this.#host.requests.look(look, pendingQuery.requestOptions);
      if (this.#pendingQuery === pendingQuery) this.#showFound(query, found);
    } catch (error) {
      // The rows of before may have changed meanwhile.
      if (this.#pendingQuery === pendingQuery) queueMicrotask(() => this.refetch());
      throw error;
    } finally {
      pendingQuery.end();
      if (this.#pendingQuery === pendingQuery) this.#pendingQuery = null;
      this.#host.changed();
    }
  }

  /** Cancel the pending query. */
  cancelQuery(): void {
    this.#pendingQuery?.cancel();
  }

  /** Request the page again, unless a query is pending. */
  refetch(): void {
    if (this.#view && this.#pendingQuery === null) this.#looks.submit(this.#view);
  }

  /**
   * Apply a new snapshot: another table, a new dialect, more rows. The view of a table that was
   * replaced is returned: it may be wanted of the new one.
   */
  applySnapshot(known: Snapshot | null, next: Snapshot): ViewState | null {
    const { table, view: shared } = next.state;
    const before = known?.state.table ?? null;
    const was = this.#view;
    if (was === null) return null;
    if (table !== null && table.id === this.#before?.table) this.#comeBack(table);
    else if (table?.id !== before?.id) {
      this.#startOver(shared, table, before?.id);
      return was;
    } else if (table && wasReadAnew(before, table)) this.#readAnew(before, table);
    else if (table) this.#grow(table, shared);
    return null;
  }

  // --- inside ---

  #showFound(query: Query, page: Page): void {
    this.#view = foundView(this.#view as ViewState, query, page);
    this.#page = page;
  }

  async #look(view: ViewState): Promise<void> {
    const table = this.#host.document?.table?.id;
    if (table === undefined) return;
    const { page, page_size, query } = view;
    try {
      const found = await this.#host.requests.look({ type: "look", table, page, page_size, query });
      const wanted = this.#view !== null && sameQuery(this.#view.query, query);
      if (wanted && this.#host.document?.table?.id === table) this.#showPage(found);
    } catch (error) {
      this.#host.reportError(error);
    }
    queueMicrotask(this.#host.changed);
  }

  #showPage(page: Page): void {
    const view = this.#view as ViewState;
    this.#page = page;
    // The rows of the file are counted by the shared state, which may be newer than this page.
    if (isEverything(view.query) || page.n_rows === view.n_rows) return;
    const grown = growView({ ...view, of_rows: page.of_rows ?? page.n_rows }, page.n_rows);
    this.#view = grown;
    if (grown.page !== page.page) this.refetch();
  }

  /** Return to the view of a table that has come back. */
  #comeBack(table: TableState): void {
    this.start((this.#before as { view: ViewState }).view, null);
    this.refetch();
    this.#host.showNotice({ code: "table", message: fill(texts.isBack, { name: table.name }) });
  }

  #startOver(shared: ViewState, table: TableState | null, before: string | undefined): void {
    const was = this.#view && before ? { table: before, view: this.#view } : null;
    const page_size = this.#view?.page_size ?? shared.page_size;
    const rows = table?.rows ?? 0;
    const whole = { query: EVERYTHING, n_rows: rows, of_rows: rows };
    const n_pages = countPages(rows, page_size);
    this.start({ ...shared, ...whole, page: 1, page_size, n_pages }, null);
    this.#before = was;
    if (table === null) return;
    this.refetch();
    const message = fill(texts.replacedAlone, { name: table.name });
    this.#host.showNotice({ code: "table", message });
  }

  #readAnew(before: TableState | null, table: TableState): void {
    const view = this.#view as ViewState;
    // Split at other characters, no column is what it was.
    const same = before?.reading.delimiter === table.reading.delimiter;
    const query = keepColumns(view.query, same ? table.columns : 0);
    this.#pendingQuery?.cancel();
    if (isEverything(query)) {
      const whole = { ...view, query: EVERYTHING, of_rows: table.rows };
      this.#view = growView(whole, table.rows);
      this.refetch();
    } else void this.#reapplyQuery(query, view).catch(this.#host.reportError);
  }

  /** Apply a query to a new reading, at the page of before, or the last one if there are fewer. */
  async #reapplyQuery(query: Query, before: ViewState): Promise<void> {
    await this.applyQuery(query);
    const view = this.#view;
    if (view === null || !sameQuery(view.query, query)) return;
    const page = before.stick ? -1 : Math.min(before.page, view.n_pages);
    if (page !== view.page) this.changeSettings({ page });
  }

  #grow(table: TableState, shared: ViewState): void {
    const view = this.#view as ViewState;
    if (isEverything(view.query)) this.#count(table.rows, table.rows);
    else if (sameQuery(view.query, shared.query)) this.#count(shared.n_rows, shared.of_rows);
    else if (table.rows > view.of_rows) this.#renewSoon();
  }

  #count(rows: number, of_rows: number): void {
    const before = this.#view as ViewState;
    if (before.n_rows === rows && before.of_rows === of_rows) return;
    const view = { ...growView(before, rows), of_rows };
    this.#view = view;
    const shown = this.#page;
    const short = shown !== null && shown.rows.length < shown.page_size;
    if (rows !== before.n_rows && (short || view.page !== before.page)) this.refetch();
  }

  #renewSoon(): void {
    if (this.#renewal !== undefined) return;
    this.#renewal = setTimeout(() => {
      this.#renewal = undefined;
      this.refetch();
    }, RENEW_SECONDS * 1000);
  }
}

const wasReadAnew = (known: TableState | null, next: TableState): boolean =>
  rulesOf(known?.reading) !== rulesOf(next.reading);
