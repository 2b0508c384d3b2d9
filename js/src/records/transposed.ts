// A page turned on its side: each column of the table is a row, each row of the page a column. Only
// what is in sight is drawn. Browser-only.

import { fillText } from "../grid/contents/cell-text.ts";
import { Latest } from "../link/latest.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { openDialog } from "../ui/dialog.ts";
import { h, setAttr, setText } from "../ui/dom.ts";
import { clamp } from "../ui/numbers.ts";
import type { PENDING, Sheet } from "../view/sheet.ts";
import type { Viewer } from "../view/viewer.ts";
import { cutName } from "../words/cut-names.ts";
import { beginning, rowRange, sentence } from "../words/format.ts";
import { Neighbours } from "./neighbours.ts";

/** Sizes of a cell, as in records.css. */
const LINE_PX = 27;
const CELL_PX = 116;
const NAME_PX = 190;
/** Characters from which a name may not fit into that. */
const LONG_NAME = 22;
/** Lines and cells drawn beyond those in sight. */
const MORE = 4;
const DRAWN_CHARACTERS = 60;

/** Open the page that a sheet is of, with its columns in some order. */
export function openTransposed(
  host: HTMLElement,
  viewer: Viewer,
  sheet: Sheet,
  columns: number[],
): void {
  const view = new Transposed(viewer, sheet, columns);
  const box = openDialog(host, texts.pageTransposed, view.scroller, view.note);
  box.classList.add("tsv-transposed-dialog");
  const observer = new ResizeObserver(() => view.draw());
  observer.observe(view.scroller);
  box.addEventListener("close", () => observer.disconnect());
  view.scroller.focus();
}

/** Places [start, stop) of `total`, each `size` pixels, that are in sight; and some more. */
export function placesInSight(
  from: number,
  room: number,
  size: number,
  total: number,
): [start: number, stop: number] {
  const start = clamp(Math.floor(from / size) - MORE, 0, total);
  return [start, clamp(Math.ceil((from + room) / size) + MORE, start, total)];
}

class Transposed {
  readonly note = h("p", { class: "tsv-note", role: "status" });
  readonly scroller = h("div", { class: "tsv-transposed", tabindex: 0 });
  readonly #viewer: Viewer;
  readonly #rows: Neighbours;
  readonly #columns: number[];
  readonly #table = h("div", { role: "table", "aria-label": texts.pageTransposed });
  readonly #fetches = new Latest<number[]>((columns) => this.#fetch(columns));
  #drawn = "";

  constructor(viewer: Viewer, sheet: Sheet, columns: number[]) {
    this.#viewer = viewer;
    this.#rows = new Neighbours(viewer.lookups, sheet, 0);
    this.#columns = columns;
    const { page, height } = this.#rows.sheet;
    this.#table.style.height = `${(columns.length + 1) * LINE_PX}px`;
    this.#table.style.width = `${NAME_PX + height * CELL_PX}px`;
    setAttr(this.#table, "aria-rowcount", columns.length + 1);
    setAttr(this.#table, "aria-colcount", height + 1);
    this.scroller.append(this.#table);
    this.scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    const rows = rowRange(page.first_row, height, page.n_rows);
    setText(this.note, `${fill(texts.columns, { n: columns.length })}, ${rows}.`);
  }

  draw(): void {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.scroller;
    const [top, bottom] = placesInSight(scrollTop, clientHeight, LINE_PX, this.#columns.length);
    const { height } = this.#rows.sheet;
    const [start, stop] = placesInSight(scrollLeft, clientWidth - NAME_PX, CELL_PX, height);
    const now = `${top} ${bottom} ${start} ${stop} ${this.#rows.sheet.version}`;
    if (now === this.#drawn) return;
    this.#drawn = now;
    const columns = this.#columns.slice(top, bottom);
    const lines = columns.map((column, i) => this.#line(column, top + i, start, stop));
    this.#table.replaceChildren(this.#head(start, stop), ...lines);
    if (this.#rows.sheet.missingBlocks(columns).length > 0) this.#fetches.submit(columns);
  }

  async #fetch(columns: number[]): Promise<void> {
    try {
      await this.#rows.complete(columns);
      this.draw();
    } catch (error) {
      setText(this.note, sentence((error as Error).message));
    }
  }

  #head(start: number, stop: number): HTMLElement {
    const { page } = this.#rows.sheet;
    const numbers = this.#cells(
      start,
      stop,
      (row) => count(page.first_row + row + 1),
      "columnheader",
    );
    const corner = h("div", { role: "columnheader", class: "tsv-turned-name" }, texts.column);
    return lineOf("tsv-turned-head", 0, 1, [corner, ...numbers]);
  }

  #line(column: number, at: number, start: number, stop: number): HTMLElement {
    const { sheet } = this.#rows;
    const text = sheet.name(column)?.text ?? this.#viewer.names.of(column);
    const shown = text === "" ? texts.emptyText : text;
    const parts = this.#cut(shown, at)?.map((part) => h("span", {}, part));
    const kind = parts ? "tsv-turned-name tsv-cut-name" : "tsv-turned-name";
    const head = { role: "rowheader", class: kind, dir: "auto", title: shown, "aria-label": shown };
    const name = h("div", head, ...(parts ?? [shown]));
    const numeric = sheet.numeric(column);
    const cells = this.#cells(start, stop, (row) => sheet.cell(row, column), "cell");
    for (const cell of cells) cell.classList.toggle("tsv-numeric", numeric);
    return lineOf("tsv-turned-line", (at + 1) * LINE_PX, at + 2, [name, ...cells]);
  }

  /** The parts of a name that may be too long. */
  #cut(name: string, at: number): [string, string] | null {
    if (name.length < LONG_NAME) return null;
    const beside = [at - 1, at + 1].map((place) => this.#columns[place]);
    const names = beside.filter((column) => column !== undefined).map(this.#viewer.names.of);
    return cutName(name, names);
  }

  #cells(
    start: number,
    stop: number,
    textOf: (row: number) => string | undefined | typeof PENDING,
    role: string,
  ): HTMLElement[] {
    return Array.from({ length: stop - start }, (_, i) => {
      const text = textOf(start + i);
      const cell = h("div", { role, class: "tsv-turned-cell", "aria-colindex": start + i + 2 });
      cell.style.left = `${NAME_PX + (start + i) * CELL_PX}px`;
      if (typeof text === "string") fillText(cell, shortened(text));
      else cell.classList.add(text === undefined ? "tsv-missing" : "tsv-pending");
      return cell;
    });
  }
}

const shortened = (text: string): string =>
  text.length > DRAWN_CHARACTERS ? `${beginning(text, DRAWN_CHARACTERS)}…` : text;

function lineOf(kind: string, top: number, index: number, cells: HTMLElement[]): HTMLElement {
  const line = h("div", { role: "row", class: kind, "aria-rowindex": index }, ...cells);
  if (top > 0) line.style.top = `${top}px`;
  return line;
}
