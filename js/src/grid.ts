// The table itself: real rows and cells, all rows of the page, the columns in sight if they are
// many. Browser-only state: column widths, the columns drawn, the cell that has the focus.
import { fillCell, fillHeader } from "./cells.ts";
import { h, put } from "./dom.ts";
import { natural } from "./measure.ts";
import { moveBy, type Place } from "./move.ts";
import type { Sheet } from "./sheet.ts";
import { fitWidths, inSight, offsets } from "./widths.ts";
import { PAGE_COLUMNS, type ViewState } from "./wire.ts";

/** Most cells drawn at once; a page with more shows the columns in sight only. */
const MOST_CELLS = 30_000;
/** Columns drawn beyond those in sight, on either side. */
const MARGIN = 6;

export interface GridEvents {
  /** Columns [start, stop) are in sight. */
  onsight(start: number, stop: number): void;
  /** The reader wants a cell in full. */
  onopen(row: number, column: number): void;
}

export class Grid {
  readonly element: HTMLElement;
  readonly #events: GridEvents;
  readonly #columns = h("colgroup");
  readonly #head = h("tr", { "aria-rowindex": 1 });
  readonly #body = h("tbody");
  readonly #table: HTMLTableElement;
  #sheet: Sheet | null = null;
  #version = -1;
  #natural: number[] = [];
  #table_id = "";
  #starts: Float64Array = new Float64Array(1);
  #available = 0;
  #drawn: [number, number] = [0, 0];
  #active: Place = { row: 0, column: 0 };

  constructor(events: GridEvents, signal: AbortSignal) {
    this.#events = events;
    const head = h("thead", {}, this.#head);
    const table = { role: "grid", class: "tsv-table", "aria-label": "Table" };
    this.#table = h("table", table, this.#columns, head, this.#body);
    this.element = h("div", { class: "tsv-scroll" }, this.#table);
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#table.addEventListener("click", (event) => this.#clicked(event));
    this.#table.addEventListener("focusin", (event) => this.#focused(event));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    letKeysThrough(this.element, signal);
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(this.element);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** Show a page; the same one again costs next to nothing. */
  show(sheet: Sheet, view: ViewState): void {
    put(this.#table, "aria-rowcount", view.n_rows + 1);
    put(this.#table, "aria-colcount", sheet.width + 1);
    if (sheet === this.#sheet && sheet.version === this.#version) return;
    const turned = sheet !== this.#sheet && sheet.page.page !== this.#sheet?.page.page;
    const replaced = sheet.page.table !== this.#table_id;
    this.#sheet = sheet;
    this.#version = sheet.version;
    if (replaced) this.#startOver();
    this.#measure();
    this.#draw();
    if (turned || replaced) this.element.scrollTop = 0;
  }

  #startOver(): void {
    this.#table_id = this.#sheet?.page.table ?? "";
    this.#natural = [];
    this.#active = { row: 0, column: 0 };
    this.element.scrollLeft = 0;
  }

  // --- columns ---

  /** Widen columns for the cells of this page: they never get narrower while pages are turned. */
  #measure(): void {
    const sheet = this.#sheet as Sheet;
    const wanted = natural(sheet, Math.min(sheet.width, PAGE_COLUMNS), this.element);
    this.#natural = wanted.map((width, i) => Math.max(width, this.#natural[i] ?? 0));
    this.#fit();
  }

  #fit(): void {
    const total = this.#sheet?.width ?? 0;
    this.#available = this.element.clientWidth;
    const room = this.#available - this.#numbersWidth - 1;
    const widths = fitWidths(this.#natural, total > PAGE_COLUMNS ? 0 : room);
    this.#starts = offsets(widths, total);
  }

  get #numbersWidth(): number {
    const { first_row = 0, page_size = 0 } = this.#sheet?.page ?? {};
    return 28 + 8 * String(first_row + page_size).length;
  }

  /** The columns to draw: all if they are few, else those in sight and some more. */
  #window(margin: number): [number, number] {
    const sheet = this.#sheet as Sheet;
    const few = sheet.width <= PAGE_COLUMNS && sheet.width * sheet.height <= MOST_CELLS;
    if (few) return [0, sheet.width];
    const left = this.element.scrollLeft;
    const [start, stop] = inSight(this.#starts, left, left + this.element.clientWidth);
    return [Math.max(0, start - margin), Math.min(sheet.width, stop + margin)];
  }

  #scrolled(): void {
    if (this.#sheet === null) return;
    const [start, stop] = this.#window(0);
    this.#events.onsight(start, stop);
    if (start < this.#drawn[0] || stop > this.#drawn[1]) this.#draw();
  }

  #resized(): void {
    if (this.#sheet === null || this.element.clientWidth === this.#available) return;
    // Also the first time that it is on the screen, and so the first with the right font.
    this.#measure();
    this.#draw();
  }

  // --- drawing ---

  #draw(): void {
    const focused = this.#hasFocus();
    this.#drawn = this.#window(MARGIN);
    this.#drawColumns();
    this.#drawHead();
    this.#drawBody();
    this.#setTabStop();
    if (focused) (this.#cellAt(this.#active) ?? this.element).focus({ preventScroll: true });
    this.#events.onsight(...this.#window(0));
  }

  #gaps(): [number, number] {
    const [start, stop] = this.#drawn;
    const end = this.#starts[this.#starts.length - 1] ?? 0;
    return [this.#starts[start] ?? 0, end - (this.#starts[stop] ?? 0)];
  }

  #drawColumns(): void {
    const [start, stop] = this.#drawn;
    const [left, right] = this.#gaps();
    const widths = [this.#numbersWidth, left];
    for (let i = start; i < stop; i++) {
      widths.push((this.#starts[i + 1] ?? 0) - (this.#starts[i] ?? 0));
    }
    if (right > 0) widths.push(right);
    const columns = widths.map((width) => {
      const column = document.createElement("col");
      column.style.width = `${width}px`;
      return column;
    });
    this.#columns.replaceChildren(...columns, document.createElement("col"));
    const whole = this.#numbersWidth + (this.#starts[this.#starts.length - 1] ?? 0);
    this.#table.style.minWidth = `${whole}px`;
  }

  #drawHead(): void {
    const sheet = this.#sheet as Sheet;
    const corner = h("th", { class: "tsv-number", scope: "col", role: "columnheader" });
    put(corner, "aria-colindex", 1);
    put(corner, "aria-label", "Row");
    const cells: HTMLElement[] = [corner, gap("th")];
    for (let column = this.#drawn[0]; column < this.#drawn[1]; column++) {
      const cell = document.createElement("th");
      fillHeader(cell, sheet, column);
      cells.push(cell);
    }
    if (this.#gaps()[1] > 0) cells.push(gap("th"));
    this.#head.replaceChildren(...cells, gap("th"));
  }

  #drawBody(): void {
    const sheet = this.#sheet as Sheet;
    const after = this.#gaps()[1] > 0;
    const rows = document.createDocumentFragment();
    for (let row = 0; row < sheet.height; row++) rows.append(this.#drawRow(sheet, row, after));
    this.#body.replaceChildren(rows);
  }

  #drawRow(sheet: Sheet, row: number, after: boolean): HTMLTableRowElement {
    const line = document.createElement("tr");
    const place = sheet.page.first_row + row;
    line.setAttribute("aria-rowindex", String(place + 2));
    const number = document.createElement("th");
    number.className = "tsv-number";
    number.scope = "row";
    number.setAttribute("aria-colindex", "1");
    number.textContent = String(place + 1);
    line.append(number, gap("td"));
    for (let column = this.#drawn[0]; column < this.#drawn[1]; column++) {
      const cell = document.createElement("td");
      fillCell(cell, sheet, row, column);
      line.append(cell);
    }
    if (after) line.append(gap("td"));
    line.append(gap("td"));
    return line;
  }

  // --- focus: one cell is in the tab order, arrows move it ---

  #hasFocus(): boolean {
    const root = this.element.getRootNode() as Document | ShadowRoot;
    return this.element.contains(root.activeElement);
  }

  #cellAt({ row, column }: Place): HTMLElement | null {
    if (column < this.#drawn[0] || column >= this.#drawn[1]) return null;
    const cell = this.#body.children[row]?.children[column - this.#drawn[0] + 2];
    return (cell as HTMLElement | undefined) ?? null;
  }

  #placeOf(target: EventTarget | null): Place | null {
    const cell = (target as Element | null)?.closest?.("td:not(.tsv-gap)");
    const line = cell?.parentElement;
    if (!cell || !line) return null;
    const row = [...this.#body.children].indexOf(line);
    return { row, column: Number(cell.getAttribute("aria-colindex")) - 2 };
  }

  #setTabStop(): void {
    const last = Math.max(0, (this.#sheet?.height ?? 1) - 1);
    this.#active.row = Math.min(this.#active.row, last);
    for (const old of this.#body.querySelectorAll("[tabindex='0']")) put(old, "tabindex", -1);
    const cell = this.#cellAt(this.#active) ?? this.#cellAt({ row: 0, column: this.#drawn[0] });
    if (cell) put(cell, "tabindex", 0);
    put(this.element, "tabindex", cell ? -1 : 0);
  }

  #focused(event: FocusEvent): void {
    const place = this.#placeOf(event.target);
    if (!place) return;
    this.#active = place;
    this.#setTabStop();
  }

  #key(event: KeyboardEvent): void {
    const sheet = this.#sheet;
    if (sheet === null || event.altKey) return;
    if (event.key === "Enter" && this.#placeOf(event.target)) {
      event.preventDefault();
      this.#events.onopen(this.#active.row, this.#active.column);
      return;
    }
    const place = moveBy(event.key, event.ctrlKey || event.metaKey, this.#active, sheet);
    if (place === null) return;
    event.preventDefault();
    this.#active = place;
    this.#bringIntoSight(place.column);
    this.#setTabStop();
    this.#cellAt(place)?.focus({ preventScroll: true });
    this.#cellAt(place)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #bringIntoSight(column: number): void {
    if (this.#cellAt({ row: 0, column })) return;
    this.element.scrollLeft = (this.#starts[column] ?? 0) - this.element.clientWidth / 3;
    this.#draw();
  }

  #clicked(event: MouseEvent): void {
    const place = this.#placeOf(event.target);
    const cell = (event.target as Element).closest("td");
    if (!place || !cell) return;
    this.#active = place;
    this.#setTabStop();
    const selecting = !(getSelection()?.isCollapsed ?? true);
    const clipped = cell.hasAttribute("data-long") || cell.scrollWidth > cell.clientWidth + 1;
    if (clipped && !selecting) this.#events.onopen(place.row, place.column);
    else if (!selecting) cell.focus({ preventScroll: true });
  }
}

function gap(tag: "td" | "th"): HTMLElement {
  const cell = document.createElement(tag);
  cell.className = "tsv-gap";
  cell.setAttribute("role", "presentation");
  return cell;
}

const OURS = /^(Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown|Enter| )$/;

/**
 * JupyterLab takes keys at the document before they reach an output, and leaves alone only what
 * carries its attribute. Set it for the keys that the table itself uses and for no others.
 */
function letKeysThrough(element: HTMLElement, signal: AbortSignal): void {
  const decide = (event: KeyboardEvent) => {
    const ours = OURS.test(event.key) && !event.shiftKey;
    if (event.composedPath().includes(element)) put(element, "data-lm-suppress-shortcuts", ours);
  };
  window.addEventListener("keydown", decide, { capture: true, signal });
}
