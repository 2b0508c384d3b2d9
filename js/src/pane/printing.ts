// Printing: the whole page as a table of its own, whose header is repeated on every sheet of paper,
// with what was asked and the look-only link. The grid draws only what is in sight.

import { isEverything } from "../protocol/query.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { h } from "../ui/dom.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Viewer } from "../view/viewer.ts";
import { rowRange } from "../words/format.ts";
import { queryWords } from "../words/query-words.ts";

/** What is printed is there only while the browser prints; `columns` has those that show, in order. */
export function printWhole(
  root: HTMLElement,
  viewer: Viewer,
  columns: () => Iterable<number>,
  signal: AbortSignal,
): void {
  let paper: HTMLElement | null = null;
  const remove = () => paper?.remove();
  const add = () => {
    remove();
    paper = viewer.sheet ? drawPaper(viewer, viewer.sheet, [...columns()]) : null;
    if (paper) root.append(paper);
  };
  window.addEventListener("beforeprint", add, { signal });
  window.addEventListener("afterprint", remove, { signal });
}

function drawPaper(viewer: Viewer, sheet: Sheet, columns: number[]): HTMLElement {
  const here = columns.filter((column) => sheet.missingBlocks([column]).length === 0);
  const lines = paperWords(viewer, sheet, columns.length - here.length);
  const texts = lines.map((line) => h("p", { dir: "auto" }, line));
  const name = viewer.document?.table?.name ?? "";
  return h(
    "div",
    { class: "tsv-paper" },
    h("h1", { dir: "auto" }, name),
    ...texts,
    table(sheet, here),
  );
}

/** What stands above the table: which rows of how many, what was asked, the link. */
function paperWords({ view, link, names }: Viewer, sheet: Sheet, absent: number): string[] {
  const rows = rowRange(sheet.page.first_row, sheet.height, view?.n_rows ?? 0);
  const page = fill(texts.printedPage, {
    page: sheet.page.page,
    pages: view?.n_pages ?? sheet.page.n_pages,
    rows,
  });
  const asked = view && !isEverything(view.query) ? [queryWords(view.query, names.of)] : [];
  const left = absent > 0 ? [fill(texts.leftOut, { n: absent })] : [];
  return [page, ...asked, ...left, ...(link?.view_url ? [link.view_url] : [])];
}

function table(sheet: Sheet, columns: number[]): HTMLElement {
  const names = columns.map((column) => h("th", { scope: "col" }, sheet.name(column)?.text ?? ""));
  const head = h("thead", {}, h("tr", {}, h("th", {}, "#"), ...names));
  const rows = Array.from({ length: sheet.height }, (_, row) => rowOf(sheet, row, columns));
  return h("table", {}, head, h("tbody", {}, ...rows));
}

function rowOf(sheet: Sheet, row: number, columns: number[]): HTMLElement {
  const number = h("th", { scope: "row" }, count(sheet.page.first_row + row + 1));
  const cells = columns.map((column) => {
    const text = sheet.cell(row, column);
    const kind = sheet.numeric(column) ? "tsv-numeric" : null;
    return h("td", { class: kind, dir: "auto" }, typeof text === "string" ? text : "");
  });
  return h("tr", {}, number, ...cells);
}
