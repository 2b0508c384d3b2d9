// The scale of an axis: from data to places in a drawing, and the values that are written beside it.
// Pure.

import { isoDate, short } from "../words/profile.ts";

export interface Scale {
  low: number;
  high: number;
  /** Where a value is, between 0 and 1. */
  at(value: number): number;
  /** A value as text. */
  label(value: number): string;
  /** Values to write beside it, and how. */
  marks: { value: number; label: string }[];
}

/** Marks of an axis, at most. */
const MOST_MARKS = 5;

/** The scale of some numbers, or of seconds since 1970. */
export function scaleOf(values: readonly number[], isDate: boolean): Scale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const span = high - low || 1;
  const at = (value: number) => (high > low ? (value - low) / span : 0.5);
  const label = isDate ? (value: number) => isoDate(value) : short;
  const found = isDate ? evenly(low, high) : round(low, high);
  return { low, high, at, label, marks: found.map((value) => ({ value, label: label(value) })) };
}

/** Both ends, and the middle if there is one. */
const evenly = (low: number, high: number): number[] =>
  high > low ? [low, (low + high) / 2, high] : [low];

/** Round values: steps of 1, 2 or 5 and a power of ten. */
export function round(low: number, high: number): number[] {
  if (!(high > low)) return Number.isFinite(low) ? [low] : [];
  const power = 10 ** Math.floor(Math.log10((high - low) / MOST_MARKS));
  const steps = [1, 2, 5, 10].map((step) => step * power);
  const step = steps.find((step) => (high - low) / step <= MOST_MARKS) ?? 10 * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** The path of some points in a drawing: a dot for each, or a line in their order. */
export function pathOf(
  places: readonly (readonly [x: number, y: number])[],
  line: boolean,
): string {
  const to = (value: number) => Number(value.toFixed(1));
  if (!line) return places.map(([x, y]) => `M${to(x)} ${to(y)}h0`).join("");
  return places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${to(x)} ${to(y)}`).join("");
}
