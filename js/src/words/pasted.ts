// Pasted cells: text as spreadsheets and web pages put it on the clipboard, and its rows. Pure.

/** The rows of a text whose cells are separated by tabs, quoted as spreadsheets do where needed. */
export function pastedRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // A cell in quotes with its quotes doubled, or anything up to a tab or the end of the line.
  const cell = /(?:"((?:[^"]|"")*)"(?=\t|\r?\n|\r|$)|([^\t\r\n]*))(\t|\r?\n|\r|$)/gy;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) break;
    const [, quoted, bare = "", end] = found;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== "\t") {
      rows.push(row);
      row = [];
    } else if (cell.lastIndex === text.length) row.push("");
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

/** Rows as such a text. */
export const textOfRows = (rows: string[][]): string =>
  rows.map((row) => `${row.map(quoted).join("\t")}\n`).join("");

const quoted = (cell: string): string =>
  /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Whether a text is more than one cell. */
export const isTable = (text: string): boolean => /[\t\n\r]/.test(text.trim());

/** Whether a text is an address and nothing else. */
export const isAddress = (text: string): boolean => /^https?:\/\/\S+$/i.test(text.trim());

/** The rows without the first, if that says the names that the columns have. */
export function withoutHeader(rows: string[][], names: (string | undefined)[]): string[][] {
  const [first = []] = rows;
  const same = first.length > 1 && first.every((cell, place) => cell === names[place]);
  return same ? rows.slice(1) : rows;
}

/** The name that an address gives a file. */
export function nameInAddress(address: string): string {
  const { pathname, hostname } = new URL(address);
  const last = pathname.split("/").findLast(Boolean) ?? "";
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last;
  }
}
