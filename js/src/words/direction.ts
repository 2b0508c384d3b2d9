// Which way texts are written. Pure.

/** The letters of scripts that are written from right to left, such as Hebrew and Arabic. */
const LEFTWARDS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LETTER = /\p{L}/u;

/** Whether the first letter of a text is of a script that is written from right to left. */
const isLeftwards = (text: string): boolean =>
  LEFTWARDS.test(text) && LEFTWARDS.test(LETTER.exec(text)?.[0] ?? "");

/** Whether most of the cells that have letters are written from right to left. */
export function mostLeftwards(cells: readonly (string | undefined)[]): boolean {
  // Most columns have no such letter, and that is soon found.
  if (!cells.some((cell) => cell !== undefined && LEFTWARDS.test(cell))) return false;
  let more = 0;
  for (const cell of cells)
    if (cell !== undefined && LETTER.test(cell)) more += isLeftwards(cell) ? 1 : -1;
  return more > 0;
}
