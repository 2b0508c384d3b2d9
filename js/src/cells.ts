// Filling the cells of the grid. Texts from the file become text nodes only.
import { h, put } from "./dom.ts";
import { bytes, visible } from "./format.ts";
import { PENDING, type Sheet } from "./sheet.ts";

/** Characters of a cell that are drawn in the grid; the dialog has them all. */
const DRAWN = 400;

/** Put a text into an element, with symbols for the characters that would not be seen. */
export function fillText(element: HTMLElement, text: string): void {
  for (const part of visible(text)) {
    if (part.stands === null) element.append(part.text);
    else element.append(h("span", { class: "tsv-unseen", title: part.stands }, part.text));
  }
}

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
  fillText(cell, long ? `${text.slice(0, DRAWN)}…` : text);
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
  const { text, given } = name;
  if (!given) cell.classList.add("tsv-made-up");
  cell.title = given ? text : `column ${column + 1}, without a name in the file`;
  if (text === "") put(cell, "aria-label", `column ${column + 1}, its name is empty`);
  cell.dir = "auto";
  fillText(cell, text.length > DRAWN ? `${text.slice(0, DRAWN)}…` : text);
}
