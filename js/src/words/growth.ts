// How a table grows, in words. Pure.

import { count } from "../texts/texts.ts";
import { counted } from "./format.ts";

/** "growing, 50 rows/s"; without a rate that can be said, that it grows. */
export function growthWords(rate: number | null, locale?: string): string {
  if (rate === null) return "growing";
  const rounded = rate >= 10 ? Math.round(rate) : Math.round(10 * rate) / 10;
  return `growing, ${count(rounded, locale)} ${rounded === 1 ? "row" : "rows"}/s`;
}

/** "12 new rows". */
export const newRowsWords = (rows: number, locale?: string): string =>
  counted(rows, "new row", "new rows", locale);
