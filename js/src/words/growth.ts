// How a table grows, in words. Pure.
import { fill, texts } from "../texts/texts.ts";

/** "growing, 50 rows/s"; without a rate that can be said, that it grows. */
export function growthWords(rate: number | null): string {
  if (rate === null) return texts.growing;
  const n = rate >= 10 ? Math.round(rate) : Math.round(10 * rate) / 10;
  return fill(texts.growingBy, { n });
}

/** "12 new rows". */
export const newRowsWords = (rows: number): string => fill(texts.newRows, { n: rows });
