// The events of the grid, and the points and ranges that come with them.

import type { Sheet } from "../view/sheet.ts";
import type { Selected } from "./selecting/selection.ts";

export interface GridEvents {
  /** Columns have come into sight, or nearly. */
  onsight(columns: Int32Array): void;
  /** Show a cell of the page that is drawn in full. */
  onopen(sheet: Sheet, row: number, column: number): void;
  /** Sort by a column; `additive`: beside those that the view is sorted by already. */
  onsort(column: number, additive: boolean): void;
  /** Show what can be done with a column. */
  onmenu(column: number, header: HTMLElement): void;
  /** Show what can be done with a cell, at a point of the window. */
  oncell(row: number, column: number, at: Point): void;
  /** Turn pages: so many forward, or to the first or the last one. */
  onturn(pages: number | "first" | "last"): void;
  /** A cell was clicked, or the keyboard went to it. */
  onpoint(row: number, column: number): void;
  /** All of a page has been drawn that was begun with the rows in sight. */
  ondrawn(): void;
  /** The selection has changed; it may be empty. */
  onselect(selected: Selected): void;
  oncopy(range: Range): void;
  /** Show which keys do what. */
  onhelp(): void;
  /** Go to the search box, or to the column finder. */
  onsearch(): void;
  onfind(): void;
  /** Ask for the row to go to. */
  onrow(): void;
  /** Show a row of the page downwards, or the whole page on its side. */
  onrecord(sheet: Sheet, row: number): void;
  ontranspose(sheet: Sheet): void;
}

export interface Point {
  x: number;
  y: number;
}

/** A range of a page: rows [top, bottom) and some columns; without rows, their names. */
export interface Range {
  sheet: Sheet;
  top: number;
  bottom: number;
  columns: number[];
}
