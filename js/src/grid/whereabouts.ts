// Where people are in the grid: this viewer, and those who point.

import type { Columns } from "./arranging/columns.ts";
import type { Drawing } from "./drawing.ts";
import { type CellPosition, HEADER } from "./selecting/move.ts";
import type { Pointer } from "./selecting/pointers.ts";
import type { Size } from "./selecting/selection.ts";

/** The row that is first in sight, on the page. */
export const topRow = (drawing: Drawing, { height }: Size): number =>
  Math.min(drawing.firstInSight.row, Math.max(0, height - 1));

/** Where this viewer is: the cell with the focus if it is in sight, else the first that is. */
export function whereabouts(
  drawing: Drawing,
  focused: CellPosition,
  { width, height }: Size,
  columns: Columns,
): { row: number; column: number } | null {
  if (width === 0 || height === 0) return null;
  const seen = focused.row !== HEADER && drawing.rowInSight(focused.row);
  const { row, column } =
    seen && drawing.columnInSight(focused.column) ? focused : drawing.firstInSight;
  return { row: Math.min(row, height - 1), column: columns.slots[column] ?? 0 };
}

/** The element that marks where somebody points: the cell, or the row where that is out of sight. */
export function anchorOf(drawing: Drawing, { row, slot }: Pointer): HTMLElement | null {
  const seen = slot !== null && slot >= 0 && drawing.columnInSight(slot);
  if (seen) return drawing.cellAt({ row, column: slot });
  return (drawing.rowAt(row)?.firstElementChild ?? null) as HTMLElement | null;
}
