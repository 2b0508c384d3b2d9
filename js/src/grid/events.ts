// What the grid reports, and the places and parts of a page that it reports.

import type { Sheet } from "../view/sheet.ts";
import type { Selected } from "./selecting/selection.ts";

export interface GridEvents {
  /** These columns are in sight, or nearly. */
  onsight(columns: Int32Array): void;
  /** The reader wants a cell in full; `row` on the page. */
  onopen(row: number, column: number): void;
  /** Sort by a column; `additive`: beside those that the view is sorted by already. */
  onsort(column: number, additive: boolean): void;
  /** Show what can be done with a column. */
  onmenu(column: number, header: HTMLElement): void;
  /** Show what can be done with a cell, at a point of the window. */
  oncell(row: number, column: number, at: Point): void;
  /** Turn pages: so many forward, or to the first or the last one. */
  onturn(pages: number | "first" | "last"): void;
  /** Something else is selected; nothing, too. */
  onselect(selected: Selected): void;
  oncopy(range: Range): void;
  /** Show which keys do what. */
  onhelp(): void;
  /** The reader wants to search, or to find a column. */
  onsearch(): void;
  onfind(): void;
}

export interface Point {
  x: number;
  y: number;
}

/** Rows [top, bottom) of a page and some columns; without rows, their names. */
export interface Range {
  sheet: Sheet;
  top: number;
  bottom: number;
  columns: number[];
}
