// Numbers in another format, to be read beside the text of the file: never in its place. Pure.

import { isNumber } from "../words/numbers.ts";

export interface NumberFormat {
  kind: "decimals" | "percent" | "scientific";
  /** Digits behind the point; null: as many as there are. */
  digits: number | null;
  /** Whether thousands are parted. */
  thousands: boolean;
}

const MOST_DIGITS = 15;
const PLAIN = /^[\t-\r ]*([+-]?)(\d*)(?:\.(\d*))?[\t-\r ]*$/;

/** A cell in a format; null if it is no number, or looks the same. */
export function formatNumber(text: string, format: NumberFormat): string | null {
  if (!isNumber(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  const shown = written(text.trim(), value, format);
  return shown === text ? null : shown;
}

function written(text: string, value: number, { kind, digits, thousands }: NumberFormat): string {
  if (kind === "scientific")
    return value.toExponential(digits === null ? undefined : capped(digits));
  if (kind === "percent")
    return `${fixed(String(100 * value), 100 * value, digits ?? 1, thousands)} %`;
  return fixed(text, value, digits, thousands);
}

const capped = (digits: number): number => Math.min(MOST_DIGITS, Math.max(0, digits));

function fixed(text: string, value: number, digits: number | null, thousands: boolean): string {
  // Digits of the file as they are: a number of a computer has only so many.
  const found = PLAIN.exec(text);
  const plain = digits === null && found !== null;
  const shown = plain ? text : value.toFixed(capped(digits ?? MOST_DIGITS));
  const [, sign = "", whole = "", part] = PLAIN.exec(shown) ?? [];
  if (whole === "" && part === undefined) return shown;
  const parted = thousands ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return `${sign}${parted}${part === undefined ? "" : `.${part}`}`;
}
