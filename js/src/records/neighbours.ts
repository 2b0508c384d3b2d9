// The rows of a view one by one, over the ends of pages: other pages are fetched for this screen
// alone, so that nobody's page turns. Pure but for what it fetches.

import type { Page } from "../protocol/state.ts";
import { texts } from "../texts/texts.ts";
import type { Sheet } from "../view/sheet.ts";

/** The part of lookups that this uses. */
export interface PageSource {
  fetchPage(sheet: Sheet, page: number): Promise<Page>;
  fetchBlock(sheet: Sheet, block: number): Promise<Page>;
}

export class Neighbours {
  readonly #source: PageSource;
  sheet: Sheet;
  /** The row, counted on its page. */
  row: number;

  constructor(source: PageSource, sheet: Sheet, row: number) {
    this.#source = source;
    this.sheet = sheet.withoutLimit();
    this.row = row;
  }

  /** The place of the row in the view, from 0. */
  get place(): number {
    return this.sheet.page.first_row + this.row;
  }

  get first(): boolean {
    return this.place === 0;
  }

  get last(): boolean {
    return this.place >= this.sheet.page.n_rows - 1;
  }

  /** Go to the next row or the one before; false: there is none. */
  async step(by: 1 | -1): Promise<boolean> {
    if (by > 0 ? this.last : this.first) return false;
    const to = this.row + by;
    if (to >= 0 && to < this.sheet.height) {
      this.row = to;
      return true;
    }
    const page = await this.#source.fetchPage(this.sheet, this.sheet.page.page + by);
    if (page.rows.length === 0) return false;
    this.sheet = this.sheet.another(page);
    this.row = by > 0 ? 0 : page.rows.length - 1;
    return true;
  }

  /** Fetch what of some columns is not here yet. */
  async complete(columns: Iterable<number>): Promise<void> {
    const { sheet } = this;
    for (const block of sheet.missingBlocks(columns)) {
      const page = await this.#source.fetchBlock(sheet, block);
      if (!sheet.fitsBlock(page)) throw new Error(texts.rowsChangedOpen);
      sheet.addBlock(page);
    }
  }
}
