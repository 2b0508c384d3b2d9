// The first row of a table without a header, as names of its columns. Pure.

import type { TableState } from "../protocol/state.ts";
import { isNothing, isNumber } from "./numbers.ts";

const LONGEST = 200;
/** Names that a relay takes. */
const MOST_NAMES = 10_000;

/** Whether the cells of a row could be names: all say something, but for a corner, and none is a number. */
export function areNames(cells: string[]): boolean {
  const [corner = "", ...others] = cells;
  const isName = (cell: string) => !isNothing(cell) && !isNumber(cell) && cell.length <= LONGEST;
  const all = corner === "" && others.length > 0 ? others : cells;
  return all.length > 0 && all.every(isName) && new Set(all).size === all.length;
}

/** Whether a table was told to have no header, as the plain protocol does, and nobody named columns. */
export const isUnnamed = ({ told, reading, columns, status }: TableState): boolean =>
  told?.header === false &&
  !told.names?.length &&
  !reading.names?.length &&
  columns <= MOST_NAMES &&
  (status === "complete" || status === "incomplete");
