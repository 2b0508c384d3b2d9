// Looking around on one's own: a page and a question that nobody else sees.
// Private to this screen: the view and its page. Browser-only: what was asked and has not come.

import { Latest } from "../link/latest.ts";
import type { Page, Query, Snapshot, TableState, ViewState } from "../protocol/messages.ts";
import { EVERYTHING, isEverything, keepColumns, sameQuery } from "../protocol/query.ts";
import type { Host } from "./host.ts";
import { askedView, changeView, countPages, growView, type Settings } from "./paging.ts";
import { Question } from "./pending-query.ts";

/** Seconds between two looks at a question's rows while the table grows. */
const RENEW_SECONDS = 2;

export class OwnView {
  readonly #host: Host;
  readonly #looks = new Latest<ViewState>((view) => this.#look(view));
  #view: ViewState | null = null;
  #page: Page | null = null;
  #question: Question | null = null;
  /** Where this viewer was in the table before, which comes back if its replacement is given up. */
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

  get question(): Question | null {
    return this.#question;
  }

  /** Whether the page is not the one that was asked for yet. */
  get turning(): boolean {
    return this.#looks.busy;
  }

  /** Start from what everyone sees. */
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
    this.#question?.cancel();
    this.#question = null;
    this.#view = null;
    this.#page = null;
  }

  /** Turn to a page, or show so many rows on one. */
  set(set: Settings): void {
    if (this.#view === null) return;
    this.#view = changeView(this.#view, set);
    this.again();
  }

  /** Ask for the rows of a question, at a page of them; settles when they show. */
  async ask(query: Query, page = 1, page_size = this.#view?.page_size ?? 1): Promise<void> {
    const table = this.#host.document?.table?.id;
    if (this.#view === null || table === undefined) return;
    this.#question?.cancel();
    const question = new Question(query, this.#host.changed);
    this.#question = question;
    this.#host.changed();
    try {
      const look = { type: "look", table, page, page_size, query } as const;
      const found = await this.#host.requests.look(look, question.patience);
      if (this.#question === question) this.#take(query, found);
    } catch (error) {
      // The rows of before may have changed meanwhile.
      if (this.#question === question) queueMicrotask(() => this.again());
      throw error;
    } finally {
      question.end();
      if (this.#question === question) this.#question = null;
      this.#host.changed();
    }
  }

  /** Give up the question on its way. */
  cancel(): void {
    this.#question?.cancel();
  }

  /** Look again, unless the rows of another question are on their way. */
  again(): void {
    if (this.#view && this.#question === null) this.#looks.ask(this.#view);
  }

  /** Take in what became of the table: another one, a new reading, more rows. */
  keepUp(known: Snapshot | null, next: Snapshot): void {
    const { table, view: shared } = next.state;
    const before = known?.state.table ?? null;
    if (this.#view === null) return;
    if (table !== null && table.id === this.#before?.table) this.#comeBack(table);
    else if (table?.id !== before?.id) this.#startOver(shared, table, before?.id);
    else if (table && wasReadAnew(before, table)) this.#readAnew(table);
    else if (table) this.#grow(table, shared);
  }

  // --- inside ---

  #take(query: Query, page: Page): void {
    this.#view = askedView(this.#view as ViewState, query, page);
    this.#page = page;
  }

  async #look(view: ViewState): Promise<void> {
    const table = this.#host.document?.table?.id;
    if (table === undefined) return;
    const { page, page_size, query } = view;
    try {
      const found = await this.#host.requests.look({ type: "look", table, page, page_size, query });
      const wanted = this.#view !== null && sameQuery(this.#view.query, query);
      if (wanted && this.#host.document?.table?.id === table) this.#came(found);
    } catch (error) {
      this.#host.notify(error);
    }
    queueMicrotask(this.#host.changed);
  }

  #came(page: Page): void {
    const view = this.#view as ViewState;
    this.#page = page;
    // The rows of the file are counted by what everyone is told, which may be newer than this page.
    if (isEverything(view.query) || page.n_rows === view.n_rows) return;
    const grown = growView({ ...view, of_rows: page.of_rows ?? page.n_rows }, page.n_rows);
    this.#view = grown;
    if (grown.page !== page.page) this.again();
  }

  /** The table of before is here again: so is the view of it. */
  #comeBack(table: TableState): void {
    this.start((this.#before as { view: ViewState }).view, null);
    this.again();
    this.#host.tell({ code: "table", message: `${table.name} is back, where you were.` });
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
    this.again();
    const message = `The table was replaced by ${table.name}. You are on its page 1, on your own.`;
    this.#host.tell({ code: "table", message });
  }

  #readAnew(table: TableState): void {
    const view = this.#view as ViewState;
    const query = keepColumns(view.query, table.columns);
    this.#question?.cancel();
    if (isEverything(query)) {
      const whole = { ...view, query: EVERYTHING, of_rows: table.rows };
      this.#view = growView(whole, table.rows);
      this.again();
    } else void this.#askAnew(query, view).catch(this.#host.notify);
  }

  /** Ask of a new reading what was asked, and be on the page of before, or as near as there is. */
  async #askAnew(query: Query, before: ViewState): Promise<void> {
    await this.ask(query);
    const view = this.#view;
    if (view === null || !sameQuery(view.query, query)) return;
    const page = before.stick ? -1 : Math.min(before.page, view.n_pages);
    if (page !== view.page) this.set({ page });
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
    if (rows !== before.n_rows && (short || view.page !== before.page)) this.again();
  }

  #renewSoon(): void {
    if (this.#renewal !== undefined) return;
    this.#renewal = setTimeout(() => {
      this.#renewal = undefined;
      this.again();
    }, RENEW_SECONDS * 1000);
  }
}

const wasReadAnew = (known: TableState | null, next: TableState): boolean =>
  JSON.stringify(known?.reading) !== JSON.stringify(next.reading);
