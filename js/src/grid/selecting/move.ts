// Moving by keys from one cell position to another. Pure. Columns are counted by their slots on the
// screen; row -1 is the header.

import { clamp } from "../../ui/numbers.ts";

export interface CellPosition {
  row: number;
  column: number;
}

export const HEADER = -1;

/** The end of a move: a position on this page, or beyond its first or last row. */
export type Move = CellPosition | "before" | "behind";

/** Where a key leads from a position; null for a key that does not move. */
export function moveBy(
  key: string,
  far: boolean,
  from: CellPosition,
  size: { width: number; height: number },
): Move | null {
  const step = STEPS[key];
  if (!step || size.width === 0) return null;
  const [row, column] = step(from, far, size);
  if (row < HEADER) return "before";
  if (row >= size.height) return "behind";
  return { row, column: clamp(column, 0, size.width - 1) };
}

type Step = (
  from: CellPosition,
  far: boolean,
  size: { width: number; height: number },
) => [row: number, column: number];

const STEPS: Record<string, Step> = {
  ArrowUp: ({ row, column }, far) => [far && row > 0 ? 0 : row - 1, column],
  ArrowDown: ({ row, column }, far, { height }) => [
    far && row < height - 1 ? height - 1 : row + 1,
    column,
  ],
  ArrowLeft: ({ row, column }, far) => [row, far ? 0 : column - 1],
  ArrowRight: ({ row, column }, far, { width }) => [row, far ? width : column + 1],
  Home: ({ row }) => [row, 0],
  End: ({ row }, _, { width }) => [row, width],
};
