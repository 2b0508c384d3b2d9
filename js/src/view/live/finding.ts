// Finding a text: from hit to hit over all rows of the view, which stay among their neighbours. A hit
// is a row; within it one goes from cell to cell. Browser-only: what is looked for, where one is.

import type { Query } from "../../protocol/query.ts";
import type { HitAnswer } from "../../protocol/relay-messages.ts";
import type { HitState } from "../../words/find-words.ts";

/** What finding needs of the table. */
export interface Findable {
  /** The question that is on the screen. */
  readonly query: Query;
  /** The first row in sight, by its place in the view. */
  readonly top: number;
  /** The place of the rows of the page that is shown. */
  readonly page: [first: number, end: number];
  find(
    text: string,
    where: { place: number; back: boolean; query: Query },
    signal: AbortSignal,
  ): Promise<HitAnswer>;
  /** The columns that show of these, in the order of the screen. */
  inOrder(columns: number[]): number[];
  /** Go to a hit; without a column, to its row. */
  go(place: number, column: number | null): void;
  /** Mark a text, and the cell of a hit. */
  mark(text: string, hit: { row: number; column: number | null } | null): void;
}

export class Finding {
  readonly #table: Findable;
  readonly #onchange: () => void;
  #text = "";
  #hit: HitAnswer | null = null;
  #columns: number[] = [];
  /** Which of the columns one is at. */
  #at = 0;
  #problem = "";
  #asking: AbortController | null = null;

  constructor(table: Findable, onchange: () => void) {
    this.#table = table;
    this.#onchange = onchange;
  }

  get text(): string {
    return this.#text;
  }

  /** Whether an answer is awaited. */
  get busy(): boolean {
    return this.#asking !== null;
  }

  get found(): boolean {
    return (this.#hit?.total ?? 0) > 0;
  }

  /** The hit one is at: its row, and the column of its cell; null if there is none. */
  get hit(): { place: number; row: number; column: number | null } | null {
    if (!this.#hit?.total) return null;
    const { place, row } = this.#hit;
    return { place, row, column: this.#columns[this.#at] ?? null };
  }

  /** Where one is: for words. */
  get state(): HitState {
    const { total = 0, number = 0 } = this.#hit ?? {};
    const asked = this.#text !== "" && this.#hit !== null;
    const cells = { cell: this.#at + 1, cells: this.#columns.length };
    return { asked, total, number, ...cells, problem: this.#problem };
  }

  /** Look for another text: the first hit from the rows in sight on; no page is turned for it. */
  async look(text: string): Promise<void> {
    this.#text = text;
    this.#forget();
    if (text === "") {
      this.#asking?.abort();
      this.#asking = null;
      this.#show();
      return;
    }
    if (!(await this.#ask(this.#table.top, false))) return;
    const [first, end] = this.#table.page;
    const place = this.#hit?.place ?? -1;
    if (place >= first && place < end) this.#go();
    this.#show();
  }

  /** Go to the next hit, or the one before; on whatever page it is. */
  async step(by: 1 | -1): Promise<void> {
    if (this.#text === "" || this.busy) return;
    const { hit } = this;
    const at = this.#at + by;
    if (hit === null) await this.#ask(this.#table.top, by < 0);
    else if (at >= 0 && at < this.#columns.length && this.#went) this.#at = at;
    else if (this.#went) await this.#ask(hit.place + by, by < 0);
    this.#go();
    this.#show();
  }

  /** Nothing is looked for any more. */
  stop(): void {
    this.#asking?.abort();
    this.#asking = null;
    this.#text = "";
    this.#forget();
    this.#table.mark("", null);
  }

  /** Whether one has gone to the hit: what is found on another page waits for that. */
  #went = false;

  #go(): void {
    const { hit } = this;
    if (hit === null) return;
    this.#went = true;
    this.#table.go(hit.place, hit.column);
  }

  #forget(): void {
    this.#hit = null;
    this.#columns = [];
    this.#at = 0;
    this.#problem = "";
    this.#went = false;
  }

  /** Ask for a hit; whether it came, and is still wanted. */
  async #ask(place: number, back: boolean): Promise<boolean> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#onchange();
    try {
      const { query } = this.#table;
      const hit = await this.#table.find(this.#text, { place, back, query }, asking.signal);
      if (this.#asking !== asking) return false;
      this.#take(hit, back);
    } catch (error) {
      if (this.#asking !== asking) return false;
      this.#forget();
      this.#problem = (error as Error).message;
    }
    this.#asking = null;
    return true;
  }

  #take(hit: HitAnswer, back: boolean): void {
    this.#problem = "";
    this.#hit = hit;
    this.#columns = this.#table.inOrder(hit.columns);
    this.#at = back ? Math.max(0, this.#columns.length - 1) : 0;
  }

  #show(): void {
    this.#table.mark(this.#text, this.#went ? this.hit : null);
    this.#onchange();
  }
}
