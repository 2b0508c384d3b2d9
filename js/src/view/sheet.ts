// A sheet: one page as the grid draws it, with the columns that came with it and blocks of others
// fetched since. Browser-only. Pure but for the blocks it keeps.

import { PAGE_COLUMNS } from "../protocol/limits.ts";
import { type Dialect, missingWords } from "../protocol/read-options.ts";
import type { Page } from "../protocol/state.ts";
import { mostLeftwards } from "../words/direction.ts";
import { isNumeric, nothingOf } from "../words/numbers.ts";

/** Blocks kept of one page; the ones unused for longest go first. */
const KEPT_BLOCKS = 24;

/**
 * A cell that has not come yet, as opposed to one that is missing in the file (undefined); the same
 * in both parts of the front end.
 */
export const PENDING: unique symbol = Symbol.for("tsvshare pending");
export type CellText = string | undefined | typeof PENDING;

/** A column name: from the file, from its format's specification, or made of its place. */
export interface ColumnName {
  text: string;
  by: "file" | "format" | "place";
}

export class Sheet {
  readonly page: Page;
  /** How the table is read, as far as it says what is in its columns. */
  readonly reading: Partial<Dialect>;
  readonly #kept: number;
  readonly #blocks = new Map<number, Page>();
  readonly #numeric = new Map<number, boolean>();
  readonly #leftwards = new Map<number, boolean>();
  /** What was decided on the pages before: a page without any number says nothing. */
  readonly #judged: ReadonlyMap<number, boolean>;
  readonly #cuts = new Map<string, number>();
  /** Raised by every block that comes. */
  version = 0;

  /** `before` is what was shown until now. */
  constructor(
    page: Page,
    before: Sheet | null = null,
    reading: Partial<Dialect> = before?.reading ?? {},
    kept = KEPT_BLOCKS,
  ) {
    this.page = page;
    this.reading = reading;
    this.#kept = kept;
    const same = before?.page.table === page.table && told(before.reading) === told(reading);
    this.#judged = same ? before.#verdicts : new Map();
    this.addBlock(page);
  }

  get width(): number {
    return this.page.columns.total;
  }

  get height(): number {
    return this.page.rows.length;
  }

  /** Whether a block may be shown beside this page: same table, rows and width. */
  fitsBlock(block: Page): boolean {
    const { table, first_row, rows, columns, ids } = this.page;
    return (
      block.table === table &&
      block.first_row === first_row &&
      String(block.ids ?? "") === String(ids ?? "") &&
      block.rows.length === rows.length &&
      block.columns.total === columns.total
    );
  }

  addBlock(block: Page): void {
    this.version++;
    this.#blocks.set(blockOf(block.columns.start), block);
    for (const [row, column, bytes] of block.cut) this.#cuts.set(`${row}:${column}`, bytes);
    for (const old of this.#blocks.keys()) {
      if (this.#blocks.size <= this.#kept) break;
      if (this.#blocks.get(old) !== this.page) this.#blocks.delete(old);
    }
  }

  /** The page with each window of its columns that is here. */
  get blocks(): Page[] {
    return [...this.#blocks.values()];
  }

  /** The windows of columns that are here. */
  get windows(): Page["columns"][] {
    return this.blocks.map(({ columns }) => columns);
  }

  /** The blocks needed to show some columns that are not here yet. */
  missingBlocks(columns: Iterable<number>): number[] {
    const needed = new Set<number>();
    for (const column of columns) needed.add(blockOf(column));
    return [...needed].filter((block) => !this.#blocks.has(block)).sort((a, b) => a - b);
  }

  /** The same sheet without a limit of blocks, for all columns of a copy. */
  withoutLimit(): Sheet {
    const all = new Sheet(this.page, this, this.reading, Number.POSITIVE_INFINITY);
    for (const block of this.#blocks.values()) all.addBlock(block);
    return all;
  }

  /** The sheet of another page of the same rows, without a limit of blocks. */
  another(page: Page): Sheet {
    return new Sheet(page, this, this.reading, Number.POSITIVE_INFINITY);
  }

  /** The text of a cell; undefined if its row ends before it. */
  cell(row: number, column: number): CellText {
    const block = this.#blocks.get(blockOf(column));
    return block ? block.rows[row]?.[column - block.columns.start] : PENDING;
  }

  /** The rows that a column is in, and its place in them; null if it has not come. */
  rowsOf(column: number): { rows: Page["rows"]; place: number } | null {
    const block = this.#blocks.get(blockOf(column));
    return block ? { rows: block.rows, place: column - block.columns.start } : null;
  }

  /** Whether any cell was cut on the page. */
  get cut(): boolean {
    return this.#cuts.size > 0;
  }

  /** Bytes in full of a cell that was cut on the page; null for a whole one. */
  cutBytes(row: number, column: number): number | null {
    return this.#cuts.size === 0 ? null : (this.#cuts.get(`${row}:${column}`) ?? null);
  }

  /** A column's name and who gave it; null while it has not come. */
  name(column: number): ColumnName | null {
    const { names, named_by } = this.page.columns;
    if (names === null) return { text: `${column + 1}`, by: "place" };
    const block = this.#blocks.get(blockOf(column));
    if (!block) return null;
    const text = block.columns.names?.[column - block.columns.start];
    if (text === undefined) return { text: `(${column + 1})`, by: "place" };
    return { text, by: named_by === "format" ? "format" : "file" };
  }

  /** The id of a row: its place in the table, from 0. */
  rowId(row: number): number {
    return this.page.ids?.[row] ?? this.page.first_row + row;
  }

  /** The line of the file that a row begins on, from 1; null if the relay does not say. */
  lineNumber(row: number): number | null {
    return this.page.lines?.[row] ?? null;
  }

  /**
   * Whether a column is numeric: by what the file says of it, else judged by the cells of this page,
   * or else of those before.
   */
  numeric(column: number): boolean {
    const type = this.reading.types?.[column] ?? "auto";
    if (type !== "auto") return type === "number";
    const known = this.#numeric.get(column);
    if (known !== undefined) return known;
    const block = this.#blocks.get(blockOf(column));
    if (block === undefined) return false;
    const place = column - block.columns.start;
    const words = missingWords(this.reading, column, block.columns.names?.[place] ?? null);
    const cells = block.rows.map((row) => row[place]);
    const seen = isNumeric(cells, words ? nothingOf(words) : undefined);
    const numeric = seen ?? this.#judged.get(column) ?? false;
    this.#numeric.set(column, numeric);
    return numeric;
  }

  /** Whether a column is written from right to left, by the cells of this page. */
  leftwards(column: number): boolean {
    const known = this.#leftwards.get(column);
    const block = this.#blocks.get(blockOf(column));
    if (known !== undefined || block === undefined) return known ?? false;
    const place = column - block.columns.start;
    const found = mostLeftwards(block.rows.map((row) => row[place]));
    this.#leftwards.set(column, found);
    return found;
  }

  get #verdicts(): Map<number, boolean> {
    return new Map([...this.#judged, ...this.#numeric]);
  }
}

/** What is told of columns. */
const told = ({ missing, missing_in, types }: Partial<Dialect>): string =>
  JSON.stringify([missing, missing_in, types]);

const blockOf = (column: number): number => Math.floor(column / PAGE_COLUMNS);

/** The columns of a block, as `look` wants them. */
export const blockColumns = (block: number): [number, number] => [
  block * PAGE_COLUMNS,
  (block + 1) * PAGE_COLUMNS,
];
