// Number syntax: which cells are numbers, as tsvshare_widget/number_syntax.py has it;
// tests/golden/numbers.json has cases for both. Pure.

/** Digits with at most one point among them, a sign and a power of ten, or infinity; blanks do not matter. */
const NUMBER = /^[\t-\r ]*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?)[\t-\r ]*$/i;

/** Cells that say that there is nothing, among numbers and dates, be it by having nothing in them. */
const NOTHING =
  /^[\t-\r ]*(#?n\/?a|#n\/a n\/a|<na>|-?nan|nat|null|\(null\)|#null!|none|nil|--?|[.?]|\\n|-?1\.#(ind|qnan))?[\t-\r ]*$/i;

/** Whether a cell among numbers says that there is nothing. */
export const isNothing = (text: string): boolean => NOTHING.test(text);

/** The same by words that somebody told; of one that is a number, all spellings count. */
export function nothingOf(words: string[]): (text: string) => boolean {
  const told = new Set(["", ...words.map(lowered)]);
  const numbers = new Set(words.filter(isNumber).map(Number).filter(Number.isFinite));
  return (text) =>
    told.has(lowered(text)) || (numbers.size > 0 && isNumber(text) && numbers.has(Number(text)));
}

/** A word without blanks around it, in lower case as far as it is ASCII. */
const lowered = (word: string): string =>
  word.replace(/^[\t-\r ]+|[\t-\r ]+$/g, "").replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a text is a number, with or without blanks around it. */
export const isNumber = (text: string): boolean => NUMBER.test(text);

/**
 * Whether the cells of a column are numbers, so that it is aligned right: every one that is
 * neither missing (undefined) nor empty nor a word for nothing is one.
 * null if all of them are of these kinds, or there is none.
 */
export function isNumeric(
  cells: Iterable<string | undefined>,
  saysNothing = isNothing,
): boolean | null {
  let seen = null;
  for (const cell of cells) {
    if (cell === undefined) continue;
    // Most cells among numbers are some, and are looked at once.
    if (isNumber(cell)) seen ??= saysNothing(cell) ? null : true;
    else if (!saysNothing(cell)) return false;
  }
  return seen;
}
