// A spot: a row of a view, by its place or by its id, and a column. Pure.

import type { Sheet } from "../../view/sheet.ts";

export interface Spot {
  /** The row: its place in the view, or its id, which is its place in the table; both from 0. */
  place?: number;
  row?: number;
  /** Null: the column that has the focus. */
  column: number | null;
  /** Whether the focus goes there; else the spot is only brought into sight. */
  focus: boolean;
}

/** The row of a page that a spot is in; null if it is on another page. */
export function rowOnPage(sheet: Sheet, { place, row }: Omit<Spot, "column">): number | null {
  if (place !== undefined) return within(sheet, place - sheet.page.first_row);
  const { ids } = sheet.page;
  if (row === undefined) return null;
  return within(sheet, ids?.length ? ids.indexOf(row) : row - sheet.page.first_row);
}

const within = (sheet: Sheet, row: number): number | null =>
  row >= 0 && row < sheet.height ? row : null;
