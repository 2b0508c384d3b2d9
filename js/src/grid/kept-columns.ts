// The columns of the table that is shown, arranged as this viewer had those of the same names in the
// document before: also in tables of before, and before the page was loaded.

import type { Sheet } from "../view/sheet.ts";
import {
  type Arrangement,
  AS_IN_FILE,
  arrangeColumns,
  type ColumnKeys,
  columnKeys,
  keepArrangement,
} from "./arrangement.ts";
import { Columns } from "./columns.ts";

/** Where the arrangement of the document's columns is kept. */
export interface ArrangementStore {
  get(): Arrangement;
  set(arrangement: Arrangement): void;
}

export class KeptColumns {
  readonly #store: ArrangementStore;
  #kept: Arrangement | null = null;
  #keys: ColumnKeys = new Map();
  /** The columns of the table that is shown. */
  columns = new Columns();

  constructor(store: ArrangementStore) {
    this.#store = store;
  }

  /** Start with the columns of another table, or of another way to read it. */
  startOver(): void {
    this.columns = new Columns();
    this.#keys = new Map();
  }

  /** Take in the columns of a sheet: those whose names have come are arranged. */
  takeIn(sheet: Sheet): void {
    this.columns.total = sheet.width;
    const keys = columnKeys(sheet.windows);
    if (![...keys.keys()].some((place) => !this.#keys.has(place))) return;
    this.#keys = new Map([...this.#keys, ...keys]);
    this.#kept ??= this.#store.get();
    arrangeColumns(this.columns, this.#kept, this.#keys);
  }

  /** Keep what the viewer has changed. */
  keep(): void {
    this.#kept = keepArrangement(this.columns, this.#kept ?? AS_IN_FILE, this.#keys);
    this.#store.set(this.#kept);
  }
}
