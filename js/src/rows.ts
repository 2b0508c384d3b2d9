// Building the head and the rows of the grid. Elements keep their roles explicitly, because styles
// lay them out as grids: rows in chunks, of which the browser lays out only those in sight.
import { fillCell, fillHeader } from "./cells.ts";
import { h, put } from "./dom.ts";
import { count } from "./format.ts";
import type { Sheet } from "./sheet.ts";

/** Rows in a chunk; grid.css reserves as much height for chunks out of sight. */
const CHUNK = 50;

/** The columns [start, stop) that are drawn, and how many pixels stand for those beside them. */
export interface Drawn {
  start: number;
  stop: number;
  before: number;
  after: number;
}

/** The tracks of every row: number, gap, columns, gap, and what is left of the width. */
export function tracks(numbers: number, drawn: Drawn, starts: Float64Array): string {
  const widths = [numbers, drawn.before];
  for (let i = drawn.start; i < drawn.stop; i++) {
    widths.push((starts[i + 1] ?? 0) - (starts[i] ?? 0));
  }
  widths.push(drawn.after);
  return `${widths.map((width) => `${width}px`).join(" ")} 1fr`;
}

/** The cells of the header row. */
export function headCells(sheet: Sheet, drawn: Drawn): HTMLElement[] {
  const corner = h("th", { class: "tsv-number", scope: "col", role: "columnheader" });
  put(corner, "aria-colindex", 1);
  put(corner, "aria-label", "Row");
  const cells: HTMLElement[] = [corner, gap("th")];
  for (let column = drawn.start; column < drawn.stop; column++) {
    const cell = document.createElement("th");
    fillHeader(cell, sheet, column);
    cells.push(cell);
  }
  return [...cells, gap("th"), gap("th")];
}

/** The rows of a page, and the chunks they stand in. */
export function bodyRows(
  sheet: Sheet,
  drawn: Drawn,
): { lines: HTMLElement[]; chunks: HTMLElement[] } {
  const lines = sheet.page.rows.map((_, row) => bodyRow(sheet, row, drawn));
  const chunks: HTMLElement[] = [];
  for (let row = 0; row < lines.length; row += CHUNK) {
    const part = lines.slice(row, row + CHUNK);
    const chunk = h("tbody", { role: "rowgroup" }, ...part);
    chunk.style.setProperty("--rows", String(part.length));
    chunks.push(chunk);
  }
  return { lines, chunks };
}

function bodyRow(sheet: Sheet, row: number, drawn: Drawn): HTMLElement {
  const line = document.createElement("tr");
  const place = sheet.page.first_row + row;
  line.setAttribute("role", "row");
  line.setAttribute("aria-rowindex", String(place + 2));
  line.append(rowNumber(place, sheet.line(row)), gap("td"));
  for (let column = drawn.start; column < drawn.stop; column++) {
    const cell = document.createElement("td");
    fillCell(cell, sheet, row, column);
    line.append(cell);
  }
  line.append(gap("td"), gap("td"));
  return line;
}

/** The row's number in the view, and on request its line in the file. */
function rowNumber(place: number, line: number | null): HTMLElement {
  const number = document.createElement("th");
  number.className = "tsv-number";
  number.scope = "row";
  number.setAttribute("role", "rowheader");
  number.setAttribute("aria-colindex", "1");
  if (line !== null) number.title = `line ${count(line)} of the file`;
  number.textContent = String(place + 1);
  return number;
}

function gap(tag: "td" | "th"): HTMLElement {
  const cell = document.createElement(tag);
  cell.className = "tsv-gap";
  cell.setAttribute("role", "presentation");
  return cell;
}
