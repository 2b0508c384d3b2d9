// The record view: one row downwards, name by name; arrows go to the rows beside it. Nobody else's
// page turns. Browser-only.

import { fillText } from "../grid/contents/cell-text.ts";
import { fill, texts } from "../texts/texts.ts";
import { openDialog } from "../ui/dialog.ts";
import { button, h, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { PENDING, type Sheet } from "../view/sheet.ts";
import type { Viewer } from "../view/viewer.ts";
import { beginning, bytes, sentence } from "../words/format.ts";
import { Neighbours } from "./neighbours.ts";

/** Columns that are drawn at once. */
const STEP_COLUMNS = 100;
/** Characters of a cell that are drawn here; its own dialog has them all. */
const DRAWN_CHARACTERS = 2000;

export interface RecordStart {
  sheet: Sheet;
  /** Counted on the page. */
  row: number;
  /** The columns in this viewer's order, hidden ones behind the others. */
  columns: number[];
}

/** Open one row as a record. */
export function openRecord(host: HTMLElement, viewer: Viewer, start: RecordStart): void {
  const record = new RecordView(viewer, start);
  const box = openDialog(host, texts.row, ...record.parts);
  box.classList.add("tsv-record-dialog");
  box.addEventListener("keydown", (event) => record.key(event));
  record.title = box.querySelector(".tsv-dialog-title");
  void record.show();
}

class RecordView {
  readonly parts: HTMLElement[];
  title: Element | null = null;
  readonly #viewer: Viewer;
  readonly #rows: Neighbours;
  readonly #columns: number[];
  readonly #field = h("input", { type: "search", "aria-label": texts.partOfName, ...PLAIN });
  readonly #list = h("table", { class: "tsv-record" });
  readonly #scroller = h("div", { class: "tsv-record-scroll", tabindex: 0 }, this.#list);
  readonly #note = h("p", { class: "tsv-note", role: "status" });
  readonly #previous = this.#stepper(texts.previousRow, -1);
  readonly #next = this.#stepper(texts.nextRow, 1);
  readonly #more = button(texts.moreColumns, {
    kind: "small",
    onclick: () => void this.#showMore(),
  });
  #shown = STEP_COLUMNS;
  #found: number[] | null = null;
  #latest = 0;

  constructor(viewer: Viewer, { sheet, row, columns }: RecordStart) {
    this.#viewer = viewer;
    this.#rows = new Neighbours(viewer.lookups, sheet, row);
    this.#columns = columns;
    setAttr(this.#field, "placeholder", texts.partOfColumnName);
    setAttr(this.#scroller, "aria-label", texts.rowByName);
    setAttr(this.#scroller, "role", "region");
    this.#field.addEventListener("input", () => void this.#search());
    const bar = h("div", { class: "tsv-record-bar" }, this.#previous, this.#next, this.#field);
    this.parts = [
      bar,
      this.#scroller,
      h("div", { class: "tsv-cell-foot" }, this.#note, this.#more),
    ];
  }

  #stepper(label: string, by: 1 | -1): HTMLButtonElement {
    const icon = by < 0 ? "previous" : "next";
    return button(label, { icon, kind: "small", onclick: () => void this.#step(by) });
  }

  key(event: KeyboardEvent): void {
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as const)[event.key];
    const typing = event.target === this.#field && this.#field.value !== "";
    if (by === undefined || typing || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void this.#step(by);
  }

  async #step(by: 1 | -1): Promise<void> {
    try {
      if (await this.#rows.step(by)) await this.show();
    } catch (error) {
      setText(this.#note, sentence((error as Error).message));
    }
  }

  async #search(): Promise<void> {
    const text = this.#field.value;
    const mine = ++this.#latest;
    if (text === "") this.#found = null;
    else {
      const { found } = await this.#viewer.lookups.findColumns(text);
      if (mine !== this.#latest) return;
      this.#found = found.map(([column]) => column);
    }
    this.#shown = STEP_COLUMNS;
    this.#scroller.scrollTop = 0;
    await this.show();
  }

  async #showMore(): Promise<void> {
    this.#shown += STEP_COLUMNS;
    await this.show();
  }

  /** Draw the row with its columns, and those that have to come as soon as they do. */
  async show(): Promise<void> {
    const mine = ++this.#latest;
    const all = this.#found ?? this.#columns;
    const columns = all.slice(0, this.#shown);
    this.#draw(columns, all.length);
    try {
      await this.#rows.complete(columns);
      if (mine === this.#latest) this.#draw(columns, all.length);
    } catch (error) {
      setText(this.#note, sentence((error as Error).message));
    }
  }

  #draw(columns: number[], of: number): void {
    const { sheet, row, place, first, last } = this.#rows;
    const line = sheet.lineNumber(row);
    const inFile = line === null ? "" : fill(texts.lineOfFileAfter, { n: line });
    if (this.title) setText(this.title, fill(texts.rowTitle, { n: place + 1, inFile }));
    setDisabled(this.#previous, first);
    setDisabled(this.#next, last);
    const rows = columns.map((column) => this.#line(sheet, row, column));
    this.#list.replaceChildren(h("tbody", {}, ...rows));
    setAttr(this.#more, "hidden", columns.length >= of);
    const of_ = columns.length < of ? fill(texts.ofN, { n: of }) : "";
    setText(
      this.#note,
      fill(texts.recordNote, { columns: fill(texts.columns, { n: columns.length }), of: of_ }),
    );
  }

  #line(sheet: Sheet, row: number, column: number): HTMLElement {
    const name = sheet.name(column)?.text ?? this.#viewer.names.of(column);
    const head = h("th", { scope: "row", dir: "auto" }, name === "" ? texts.emptyText : name);
    const cell = h("td", { dir: "auto" });
    const text = sheet.cell(row, column);
    if (text === undefined) setAttr(cell, "class", "tsv-missing");
    else if (text === PENDING) setAttr(cell, "class", "tsv-pending");
    else fillValue(cell, text, sheet.cutBytes(row, column));
    if (text === undefined) cell.append(h("span", { class: "tsv-soft" }, texts.missingWord));
    return h("tr", {}, head, cell);
  }
}

function fillValue(cell: HTMLElement, text: string, cut: number | null): void {
  const long = text.length > DRAWN_CHARACTERS;
  fillText(cell, long ? `${beginning(text, DRAWN_CHARACTERS)}…` : text);
  if (cut !== null)
    cell.append(h("span", { class: "tsv-soft" }, fill(texts.beginningOf, { size: bytes(cut) })));
}
