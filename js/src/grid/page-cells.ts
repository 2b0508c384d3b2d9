// The contents of a page for the grid: cells and headers by row and slot, with the search terms in
// them and the sort order. Pure but for what it remembers.

import type { Query } from "../protocol/query.ts";
import type { Sheet } from "../view/sheet.ts";
import type { CellContent, HeaderContent } from "./cells.ts";
import { type SearchTerm, searchTermsOf } from "./highlights.ts";

export class PageCells {
  readonly sheet: Sheet;
  readonly slots: Int32Array;
  readonly #query: Query;
  readonly #sought: string;
  readonly #terms = new Map<number, SearchTerm[]>();

  constructor(sheet: Sheet, slots: Int32Array, query: Query) {
    this.sheet = sheet;
    this.slots = slots;
    this.#query = query;
    this.#sought = JSON.stringify([query.search, query.filters]);
  }

  cell(row: number, slot: number): CellContent {
    const column = this.column(slot);
    const { sheet } = this;
    const text = sheet.cell(row, column);
    const numeric = sheet.numeric(column);
    const cut = sheet.cutBytes(row, column);
    const terms = this.#searchTermsOf(column);
    const kind = typeof text === "string" ? `=${text}` : String(text);
    const key = `${numeric} ${cut} ${terms.length > 0 ? this.#sought : ""} ${kind}`;
    return { key, text, numeric, cut, terms };
  }

  header(slot: number): HeaderContent {
    const column = this.column(slot);
    const sorts = this.#query.sort ?? [];
    const at = sorts.findIndex((sort) => sort.column === column);
    const name = this.sheet.name(column);
    const numeric = this.sheet.numeric(column);
    const sort = sorts[at] ?? null;
    const rank = sorts.length > 1 ? at + 1 : 0;
    return {
      key: JSON.stringify([column, name, numeric, sort, rank]),
      ...{ column, name, numeric, sort, rank },
    };
  }

  column(slot: number): number {
    return this.slots[slot] ?? -1;
  }

  #searchTermsOf(column: number): SearchTerm[] {
    let terms = this.#terms.get(column);
    if (terms === undefined) {
      terms = searchTermsOf(this.#query, column);
      this.#terms.set(column, terms);
    }
    return terms;
  }
}
