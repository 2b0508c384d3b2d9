// Column widths: how wide columns are and which of them are in sight. Pure; all in CSS pixels.

import { clamp } from "../ui/numbers.ts";

export const NARROWEST_PX = 56;
/** Nobody has made a column narrower than this, in which the word for its kind is whole. */
export const USUALLY_NARROWEST_PX = 64;
/** A column is not made wider than this unless there is room to spare. */
export const COMFORTABLE_PX = 340;
export const WIDEST_PX = 1200;
/** The width of a column about whose cells nothing is known yet, nor about those of others. */
export const UNKNOWN_PX = 120;
/** For its name alone no column is wider than this where not all columns fit: ten fit on 1280. */
export const NAME_PX = 106;

/** What a column is to have where there is not room for all: by its cells, whatever its name. */
export const widthByCells = ({ name, cells }: { name: number; cells: number }): number =>
  Math.max(cells, Math.min(name, NAME_PX));

/** The value in the middle of some, in their order; null of none. */
export function middleOf(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}

/**
 * Fit columns of some natural widths into the room there is: each gets up to what is `comfortable`
 * for it, and what is left of `available` goes to those that wanted more, in equal parts.
 */
export function fitWidths(
  naturalWidths: number[],
  available: number,
  comfortable: number | ((column: number) => number) = COMFORTABLE_PX,
): number[] {
  const most = typeof comfortable === "number" ? () => comfortable : comfortable;
  const widths = naturalWidths.map((width, i) => clamp(width, USUALLY_NARROWEST_PX, most(i)));
  let spare = available - widths.reduce((sum, width) => sum + width, 0);
  let wanting = naturalWidths.map((_, i) => i).filter((i) => wants(naturalWidths, widths, i) > 0);
  while (spare >= 1 && wanting.length > 0) {
    const part = spare / wanting.length;
    for (const i of wanting) {
      const more = Math.min(part, wants(naturalWidths, widths, i));
      widths[i] = (widths[i] ?? 0) + more;
      spare -= more;
    }
    wanting = wanting.filter((i) => wants(naturalWidths, widths, i) >= 1);
  }
  return widths.map(Math.floor);
}

const wants = (naturalWidths: number[], widths: number[], i: number): number =>
  Math.min(naturalWidths[i] ?? 0, WIDEST_PX) - (widths[i] ?? 0);

/** Where each column starts; one more than there are columns, the last being the whole width. */
export function offsets(widths: ArrayLike<number>, total: number): Float64Array {
  const starts = new Float64Array(total + 1);
  for (let i = 0; i < total; i++) starts[i + 1] = (starts[i] ?? 0) + (widths[i] ?? UNKNOWN_PX);
  return starts;
}

/** The columns [start, stop) that are in sight of a window [left, right). */
export function inSight(starts: Float64Array, left: number, right: number): [number, number] {
  const total = starts.length - 1;
  const start = Math.min(lastNotAfter(starts, left), Math.max(0, total - 1));
  let stop = start;
  while (stop < total && (starts[stop] ?? 0) < right) stop++;
  return [start, stop];
}

function lastNotAfter(starts: Float64Array, x: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}
