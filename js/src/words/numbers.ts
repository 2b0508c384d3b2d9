// Number syntax: which cells are numbers, as tsvshare_widget/number_syntax.py has it;
// tests/golden/numbers.json has cases for both. Pure.

/** Digits with at most one point among them, a sign and a power of ten, or infinity; blanks do not matter. */
const NUMBER = /^[\t-\r ]*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?)[\t-\r ]*$/i;

/** Cells that say that there is nothing, among numbers and dates, be it by having nothing in them. */
const NOTHING =
  /^[\t-\r ]*(#?n\/?a|#n\/a n\/a|<na>|-?nan|nat|null|\(null\)|#null!|none|nil|--?|[.?]|\\n|-?1\.#(ind|qnan))?[\t-\r ]*$/i;

/** Whether a cell among numbers says that there is nothing. */
export const isNothing = (text: string): boolean => NOTHING.test(text);

/** Whether a text is a number, with or without blanks around it. */
export const isNumber = (text: string): boolean => NUMBER.test(text);

/**
 * Whether the cells of a column are numbers, so that it is aligned right: every one that is
 * neither missing (undefined) nor empty nor a word for nothing is one.
 * null if all of them are of these kinds, or there is none.
 */
export function isNumeric(cells: Iterable<string | undefined>): boolean | null {
  let seen = null;
  for (const cell of cells) {
    if (cell === undefined || isNothing(cell)) continue;
    if (!isNumber(cell)) return false;
    seen = true;
  }
  return seen;
}
