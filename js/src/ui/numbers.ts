// Arithmetic of places on the screen. Pure.

/** A number, or the end of the range `low` to `high` that is nearest to it. */
export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);
