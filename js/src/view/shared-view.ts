// What this screen asks of the shared view: pages, page size, questions.
// Browser-only state: what was asked for and is not shown yet.

import { Latest } from "../link/latest.ts";
import { REREAD_SECONDS } from "../protocol/limits.ts";
import type { Query, ViewState } from "../protocol/messages.ts";
import { settingsTo } from "../protocol/query.ts";
import type { Host } from "./host.ts";
import { changeView, type Settings } from "./paging.ts";
import { Question } from "./pending-query.ts";

export class SharedView {
  readonly #host: Host;
  readonly #turns = new Latest<Settings>((set) => this.#turn(set));
  readonly #questions = new Set<Question>();
  #wanted: Settings | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The newest question on its way. */
  get question(): Question | null {
    return [...this.#questions].at(-1) ?? null;
  }

  /** Whether a page was asked for that is not shown yet. */
  get turning(): boolean {
    return this.#wanted?.page !== undefined;
  }

  /** Whether anything was asked for that is not shown yet. */
  get pending(): boolean {
    return this.#wanted !== null;
  }

  /** A view as it will be when all that was asked for is shown. */
  ahead(view: ViewState): ViewState {
    return this.#wanted ? changeView(view, this.#wanted) : view;
  }

  /** Set the page or the page size. */
  set(set: Settings): void {
    this.#wanted = { ...this.#wanted, ...set };
    this.#turns.ask(this.#wanted);
  }

  /**
   * Ask for the rows of a question; settles when everyone sees them. The relay takes a newer one
   * together with those of before that are still on their way.
   */
  async ask(query: Query): Promise<void> {
    const shared = this.#host.document?.view.query ?? {};
    const set = settingsTo(this.question?.query ?? shared, query);
    if (Object.keys(set).length === 0) return;
    const question = new Question(query, this.#host.changed);
    this.#questions.add(question);
    this.#host.changed();
    try {
      await this.op(set, question);
    } finally {
      question.end();
      this.#questions.delete(question);
      this.#host.changed();
    }
  }

  /** Give up all questions on their way. */
  cancel(): void {
    for (const question of this.#questions) question.cancel();
  }

  /** Change what everyone sees; settles when it shows here. */
  async op(set: Settings, question?: Question): Promise<void> {
    const table = this.#host.document?.table?.id ?? null;
    const { requests } = this.#host;
    const patience = question?.patience ?? (set.reading ? { seconds: REREAD_SECONDS } : {});
    await this.#host.reached(await requests.op({ type: "op", table, set }, patience));
  }

  async #turn(set: Settings): Promise<void> {
    try {
      await this.op(set);
    } catch (error) {
      this.#turns.clear();
      this.#host.notify(error);
    }
    if (!this.#turns.overtaken) this.#wanted = null;
    this.#host.changed();
  }
}
