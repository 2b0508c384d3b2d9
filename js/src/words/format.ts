// Numbers, sizes, times and cell texts as people read them. Cells are never changed by locale.
import { fill, spoken, texts } from "../texts/texts.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A size in bytes with three digits at most: "812 bytes", "1.24 MB". */
export function bytes(n: number): string {
  let unit = 0;
  let value = n;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return fill(texts.bytes, { n });
  return `${value.toLocaleString(spoken().locale, { maximumSignificantDigits: 3 })} ${UNITS[unit]}`;
}

/** Numbers from here on are written with a power of ten. */
const HUGE = 1e15;

/** A number in so many digits, or in more where less would change the digits before its point. */
export function inDigits(value: number, digits: number): number {
  const size = Math.abs(value);
  const whole = size < HUGE ? size.toFixed(0).length : 0;
  return Number(value.toPrecision(Math.max(digits, whole)));
}

/** Time of day with seconds, for "stale since". */
export function clock(ms: number): string {
  return new Date(ms).toLocaleTimeString(spoken().locale, { hourCycle: "h23" });
}

/** "rows 201–300 of 12,012"; `first` counts from 0. */
export function rowRange(first: number, shown: number, total: number): string {
  if (total === 0) return texts.noRows;
  if (shown === 0) return fill(texts.rows, { n: total });
  if (shown === 1) return fill(texts.rowOfTotal, { row: first + 1, total });
  return fill(texts.rowsOfTotal, { first: first + 1, last: first + shown, total });
}

/** A word as it stands inside a sentence: nouns of German keep their capital. */
export const inside = (word: string): string =>
  spoken().language === "de" ? word : word.toLowerCase();

/** A text in the quotes of the language. */
export const inQuotes = (text: string): string => fill(texts.inQuotes, { text });

/** A message as a sentence on its own: those of the relay begin small, as in a traceback. */
export function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

// --- cells ------------------------------------------------------------------------------------

/** Controls, line separators, what has no width and what reorders text: it would not be seen. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufffd]/;

export interface Part {
  text: string;
  /** What the text stands for if it is a symbol for a character that would not be seen. */
  stands: string | null;
}

const code = (char: string) => char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");

function symbol(char: string): string {
  const point = char.charCodeAt(0);
  if (point < 0x20) return String.fromCharCode(0x2400 + point);
  if (point === 0x7f) return "␡";
  if (point === 0xfffd) return char;
  return `⟨${code(char)}⟩`;
}

/** Split a text into plain parts and symbols for the characters that would not be seen. */
export function visible(text: string): Part[] {
  if (!UNSEEN.test(text)) return [{ text, stands: null }];
  const parts: Part[] = [];
  let plain = "";
  for (const char of text) {
    if (!UNSEEN.test(char)) {
      plain += char;
      continue;
    }
    if (plain) parts.push({ text: plain, stands: null });
    plain = "";
    parts.push({ text: symbol(char), stands: `U+${code(char)}` });
  }
  if (plain) parts.push({ text: plain, stands: null });
  return parts;
}

/** A text as it may stand anywhere: with the symbols in it, and nothing that acts on the page. */
export function plain(text: string): string {
  return UNSEEN.test(text)
    ? visible(text)
        .map((part) => part.text)
        .join("")
    : text;
}

const BLANK = /\p{Zs}/u;

/** Whether a text is seen as it is: nothing in it needs a symbol or a mark. */
export const isPlain = (text: string): boolean =>
  !UNSEEN.test(text) && !BLANK.test(text.charAt(0)) && !BLANK.test(text.charAt(text.length - 1));

/** Split a text into the blanks before it, what is between, and the blanks behind it. */
export function edges(text: string): [before: string, middle: string, after: string] {
  let start = 0;
  let stop = text.length;
  while (start < stop && BLANK.test(text.charAt(start))) start++;
  while (stop > start && BLANK.test(text.charAt(stop - 1))) stop--;
  return [text.slice(0, start), text.slice(start, stop), text.slice(stop)];
}

/** At most the first `most` characters of a text, none of them split. */
export function beginning(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  const split = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, split ? most - 1 : most);
}
