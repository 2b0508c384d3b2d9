// What the grid shows of a page: its cells and headers by row and slot, with what a view looks for
// in them and is sorted by. Pure but for what it remembers.

import type { Query } from "../protocol/query.ts";
import type { Sheet } from "../view/sheet.ts";
import type { CellContent, HeaderContent } from "./cells.ts";
import { type Needle, needlesOf } from "./highlights.ts";

export class Shown {
  readonly sheet: Sheet;
  readonly slots: Int32Array;
  readonly #query: Query;
  readonly #sought: string;
  readonly #needles = new Map<number, Needle[]>();

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
    const needles = this.#needlesOf(column);
    const kind = typeof text === "string" ? `=${text}` : String(text);
    const key = `${numeric} ${cut} ${needles.length > 0 ? this.#sought : ""} ${kind}`;
    return { key, text, numeric, cut, needles };
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

  #needlesOf(column: number): Needle[] {
    let needles = this.#needles.get(column);
    if (needles === undefined) {
      needles = needlesOf(this.#query, column);
      this.#needles.set(column, needles);
    }
    return needles;
  }
}
