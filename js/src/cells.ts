// Filling the cells of the grid. Texts from the file become text nodes only.
import { h, put } from "./dom.ts";
import { beginning, bytes, edges, visible } from "./format.ts";
import { type ColumnName, PENDING, type Sheet } from "./sheet.ts";

/** Characters of a cell that are drawn in the grid; the dialog has them all. */
const DRAWN = 400;
/** Drawn in the place of a name that is empty. */
export const EMPTY_NAME = "(empty)";

/**
 * Put a text into an element as it is, with symbols for the characters that would not be seen and
 * a dot in each of the blanks at its ends.
 */
export function fillText(element: HTMLElement, text: string): void {
  const [before, middle, after] = edges(text);
  fillBlanks(element, before);
  for (const part of visible(middle)) {
    if (part.stands === null) element.append(part.text);
    else element.append(symbol(part.text, part.stands));
  }
  fillBlanks(element, after);
}

/** Blanks marked one by one; of a longer run the rest together. */
const MARKED = 20;

function fillBlanks(element: HTMLElement, blanks: string): void {
  const marked = [...blanks.slice(0, MARKED), blanks.slice(MARKED)];
  for (const blank of marked.filter(Boolean)) {
    const mark = document.createElement("span");
    mark.className = "tsv-blank";
    mark.textContent = blank;
    element.append(mark);
  }
}

const symbol = (text: string, stands: string): HTMLElement =>
  h("span", { class: "tsv-unseen", title: stands }, text);

export function fillCell(cell: HTMLElement, sheet: Sheet, row: number, column: number): void {
  const text = sheet.cell(row, column);
  cell.setAttribute("role", "gridcell");
  cell.setAttribute("aria-colindex", String(column + 2));
  cell.tabIndex = -1;
  if (text === PENDING) cell.className = "tsv-pending";
  else if (text === undefined) {
    cell.className = "tsv-missing";
    cell.title = "missing: this row ends before this column";
    cell.setAttribute("aria-label", "missing");
  } else fillPresent(cell, sheet, row, column, text);
}

function fillPresent(
  cell: HTMLElement,
  sheet: Sheet,
  row: number,
  column: number,
  text: string,
): void {
  if (sheet.numeric(column)) cell.className = "tsv-numeric";
  else cell.dir = "auto";
  const cut = sheet.cutBytes(row, column);
  if (cut !== null) cell.append(h("span", { class: "tsv-size" }, bytes(cut)));
  const long = text.length > DRAWN;
  fillText(cell, long ? `${beginning(text, DRAWN)}…` : text);
  if (long || cut !== null) cell.dataset.long = "";
}

export function fillHeader(cell: HTMLElement, sheet: Sheet, column: number): void {
  const name = sheet.name(column);
  cell.setAttribute("role", "columnheader");
  cell.setAttribute("scope", "col");
  cell.setAttribute("aria-colindex", String(column + 2));
  cell.setAttribute("aria-sort", "none");
  if (sheet.numeric(column)) cell.classList.add("tsv-numeric");
  if (name === null) {
    cell.classList.add("tsv-pending");
    return;
  }
  if (name.by !== "file") cell.classList.add("tsv-made-up");
  put(cell, "title", headerTitle(name, column));
  if (name.text === "") {
    put(cell, "aria-label", `column ${column + 1}, its name is empty`);
    put(cell, "data-empty", EMPTY_NAME);
  }
  cell.dir = "auto";
  const { text } = name;
  fillText(cell, text.length > DRAWN ? `${beginning(text, DRAWN)}…` : text);
}

function headerTitle({ text, by }: ColumnName, column: number): string {
  if (by === "place") return `column ${column + 1}, without a name in the file`;
  if (by === "format") return `${text}: column ${column + 1}; not the name in a header line`;
  return text === "" ? `column ${column + 1}: its name in the file is empty` : text;
}
