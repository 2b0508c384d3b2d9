// Virtualisation: which part of a page is drawn, and where its columns stand. Pure; all in CSS
// pixels.
import { clamp } from "../ui/numbers.ts";
import { inSight } from "./widths.ts";

/** The range that is drawn: rows [top, bottom) and slots [start, stop), beside the pinned slots. */
export interface RenderRange {
  top: number;
  bottom: number;
  start: number;
  stop: number;
}

/** The geometry of a page: what does not change while one scrolls. */
export interface Geometry {
  rows: number;
  rowHeight: number;
  /** The width of the column of row numbers. */
  numbers: number;
  /** Where each slot starts behind the row numbers, and where the last one ends. */
  starts: Float64Array;
  /** For each slot whether it is as wide as every text in it. */
  fits: readonly boolean[];
  /** For how many pixels of its name each slot has room: infinite for all of it. */
  named: readonly number[];
  nameWidth: (name: string) => number;
  pinned: number;
}

/** The part of a page that is in sight. */
export interface Viewport {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Most cells drawn at once without regard to what is in sight. */
const FEW_CELLS = 3000;
/** Rows that are drawn together, and come into sight together. */
export const BAND_ROWS = 5;
/** Overscan: rows and columns drawn beyond those in sight, on either side; of rows whole bands. */
const OVERSCAN_ROWS = 4;
const OVERSCAN_COLUMNS = 3;

export const slotStart = ({ starts }: Geometry, slot: number): number => starts[slot] ?? 0;

/** Where the last column ends. */
export const endOf = ({ starts }: Geometry): number => starts[starts.length - 1] ?? 0;

/** The range that must be drawn: if `whole`, everything where that is little; else what is in sight. */
export function neededRange(geometry: Geometry, window: Viewport, whole = true): RenderRange {
  const slots = geometry.starts.length - 1;
  const { rows, rowHeight, pinned } = geometry;
  if (whole && (rows + 1) * slots <= FEW_CELLS)
    return { top: 0, bottom: rows, start: pinned, stop: slots };
  const { left, width } = window;
  const behind = left + slotStart(geometry, pinned);
  const [start, stop] = inSight(geometry.starts, behind, left + width - geometry.numbers);
  const top = Math.floor(window.top / rowHeight);
  const bottom = Math.ceil((window.top + window.height) / rowHeight);
  return clamped({ top, bottom, start, stop }, geometry);
}

/**
 * How far a window moves to the right when columns have other widths, so that what is in it stays in
 * its place: the slot `stays` if it is in sight, else the first one behind the pinned ones.
 */
export function shiftOf(
  before: Geometry,
  after: Geometry,
  { left, width }: Viewport,
  stays: number | null,
): number {
  // At the left end nothing has moved into sight yet.
  if (left <= 0 || before.pinned !== after.pinned) return 0;
  const { pinned } = before;
  const from = left + slotStart(before, pinned);
  const [first, stop] = inSight(before.starts, from, left + width - before.numbers);
  const slot = stays !== null && stays > first && stays < stop ? stays : Math.max(first, pinned);
  const behindPinned = (geometry: Geometry) =>
    slotStart(geometry, slot) - slotStart(geometry, pinned);
  return behindPinned(after) - behindPinned(before);
}

/** A range with overscan: some more on all sides, for what comes into sight next. */
export function withOverscan(range: RenderRange, geometry: Geometry): RenderRange {
  const { top, bottom, start, stop } = range;
  const more = {
    top: BAND_ROWS * Math.floor((top - OVERSCAN_ROWS) / BAND_ROWS),
    bottom: BAND_ROWS * Math.ceil((bottom + OVERSCAN_ROWS) / BAND_ROWS),
    start: start - OVERSCAN_COLUMNS,
    stop: stop + OVERSCAN_COLUMNS,
  };
  return clamped(more, geometry);
}

export const covers = (drawn: RenderRange, range: RenderRange): boolean =>
  drawn.top <= range.top &&
  drawn.bottom >= range.bottom &&
  drawn.start <= range.start &&
  drawn.stop >= range.stop;

function clamped({ top, bottom, start, stop }: RenderRange, geometry: Geometry): RenderRange {
  const { rows, pinned, starts } = geometry;
  const slots = starts.length - 1;
  const first = clamp(top, 0, rows);
  const left = clamp(start, pinned, Math.max(pinned, slots));
  return {
    ...{ top: first, bottom: clamp(bottom, first, rows) },
    ...{ start: left, stop: clamp(stop, left, Math.max(left, slots)) },
  };
}

/** The tracks of every row: number, pinned columns, gap, columns, and what is left of the width. */
export function tracks(geometry: Geometry, { start, stop }: RenderRange): string {
  const { pinned, numbers } = geometry;
  const width = (slot: number) => slotStart(geometry, slot + 1) - slotStart(geometry, slot);
  const before = slotStart(geometry, start) - slotStart(geometry, pinned);
  const widths = [numbers];
  for (let slot = 0; slot < pinned; slot++) widths.push(width(slot));
  widths.push(before);
  for (let slot = start; slot < stop; slot++) widths.push(width(slot));
  const after = endOf(geometry) - slotStart(geometry, stop);
  return `${widths.map((width) => `${width}px`).join(" ")} minmax(${after}px, 1fr)`;
}
