// The columns of the table that is shown, arranged as this viewer had those of the same names in the
// document before: also in tables of before, and before the page was loaded.

import type { Sheet } from "../../view/sheet.ts";
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

/** Columns from which a table counts as wide: at one time most of them are out of sight. */
const WIDE_COLUMNS = 25;
/** The first column of text is one of so many, or none says what a row is. */
const LABEL_AMONG = 3;

/** The first column of text of a page, if it stands at the beginning. */
function labelColumn(sheet: Sheet): number | null {
  for (let column = 0; column < Math.min(LABEL_AMONG, sheet.width); column++) {
    const cells = Array.from({ length: sheet.height }, (_, row) => sheet.cell(row, column));
    if (!sheet.numeric(column) && cells.some((text) => typeof text === "string" && text !== ""))
      return column;
  }
  return null;
}

export class KeptColumns {
  readonly #store: ArrangementStore;
  #kept: Arrangement | null = null;
  #keys: ColumnKeys = new Map();
  #suggested = false;
  /** The columns of the table that is shown. */
  columns = new Columns();

  constructor(store: ArrangementStore) {
    this.#store = store;
  }

  /** Start with the columns of another table, or of another way to read it. */
  startOver(): void {
    this.columns = new Columns();
    this.#keys = new Map();
    this.#suggested = false;
  }

  /** Take in the columns of a sheet: those whose names have come are arranged. */
  takeIn(sheet: Sheet): void {
    this.columns.total = sheet.width;
    this.#suggest(sheet);
    const keys = columnKeys(sheet.windows);
    if (![...keys.keys()].some((place) => !this.#keys.has(place))) return;
    this.#keys = new Map([...this.#keys, ...keys]);
    this.#kept ??= this.#store.get();
    arrangeColumns(this.columns, this.#kept, this.#keys, sheet.width);
  }

  /** Keep what the viewer has changed. */
  keep(): void {
    const { total } = this.columns;
    this.#kept = keepArrangement(this.columns, this.#kept ?? AS_IN_FILE, this.#keys, total);
    this.#store.set(this.#kept);
  }

  /** Of a wide table the first column of text says what a row is: it is to stay in sight. */
  #suggest(sheet: Sheet): void {
    if (this.#suggested || sheet.height === 0) return;
    this.#suggested = true;
    const column = sheet.width >= WIDE_COLUMNS ? labelColumn(sheet) : null;
    if (column !== null) this.columns.suggestPin(column);
  }
}
