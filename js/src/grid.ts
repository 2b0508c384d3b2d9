// The table itself: real rows and cells, all rows of the page, the columns in sight if they are
// many. Browser-only state: column widths, the columns drawn, the cell that has the focus.
import { h, put } from "./dom.ts";
import { natural } from "./measure.ts";
import { moveBy, type Place } from "./move.ts";
import { bodyRows, type Drawn, headCells, tracks } from "./rows.ts";
import type { Sheet } from "./sheet.ts";
import { fitWidths, inSight, offsets } from "./widths.ts";
import { PAGE_COLUMNS, type ViewState } from "./wire.ts";

/** Most cells drawn at once; a page with more shows the columns in sight only. */
const MOST_CELLS = 15_000;
/** Columns drawn beyond those in sight, on either side. */
const MARGIN = 4;

export interface GridEvents {
  /** Columns [start, stop) are in sight, or nearly. */
  onsight(start: number, stop: number): void;
  /** The reader wants a cell in full. */
  onopen(row: number, column: number): void;
}

export class Grid {
  readonly element: HTMLElement;
  readonly #events: GridEvents;
  readonly #head = h("tr", { role: "row", "aria-rowindex": 1 });
  readonly #header = h("thead", { role: "rowgroup" }, this.#head);
  readonly #table: HTMLTableElement;
  #sheet: Sheet | null = null;
  #version = -1;
  #natural: number[] = [];
  #table_id = "";
  #reading = "";
  #starts: Float64Array = new Float64Array(1);
  #available = 0;
  #drawn: Drawn = { start: 0, stop: 0, before: 0, after: 0 };
  #lines: HTMLElement[] = [];
  #active: Place = { row: 0, column: 0 };

  constructor(events: GridEvents, signal: AbortSignal) {
    this.#events = events;
    const table = { role: "grid", class: "tsv-table", "aria-label": "Table" };
    this.#table = h("table", table, this.#header);
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

  /** Show a page as it was read; the same one again costs next to nothing. */
  show(sheet: Sheet, view: ViewState, reading: string): void {
    put(this.#table, "aria-rowcount", view.n_rows + 1);
    put(this.#table, "aria-colcount", sheet.width + 1);
    if (sheet === this.#sheet && sheet.version === this.#version) return;
    const turned = sheet !== this.#sheet && sheet.page.page !== this.#sheet?.page.page;
    const replaced = sheet.page.table !== this.#table_id;
    this.#sheet = sheet;
    this.#version = sheet.version;
    if (replaced) this.#startOver();
    // Other columns stand in the places of the old ones.
    if (reading !== this.#reading) this.#natural = [];
    this.#reading = reading;
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
    const room = this.#available - this.#numbers - 1;
    const widths = fitWidths(this.#natural, total > PAGE_COLUMNS ? 0 : room);
    this.#starts = offsets(widths, total);
  }

  /** Where the last column ends. */
  get #end(): number {
    return this.#starts[this.#starts.length - 1] ?? 0;
  }

  /** The width of the column of row numbers. */
  get #numbers(): number {
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
    this.#events.onsight(...this.#window(MARGIN));
    const [start, stop] = this.#window(0);
    if (start < this.#drawn.start || stop > this.#drawn.stop) this.#draw();
  }

  #resized(): void {
    if (this.#sheet === null || this.element.clientWidth === this.#available) return;
    // Also the first time that it is on the screen, and so the first with the right font.
    this.#measure();
    this.#draw();
  }

  // --- drawing ---

  #draw(): void {
    const sheet = this.#sheet as Sheet;
    const focused = this.#hasFocus();
    this.#drawn = this.#toDraw();
    const { lines, chunks } = bodyRows(sheet, this.#drawn);
    this.#lines = lines;
    this.#table.style.setProperty("--tracks", tracks(this.#numbers, this.#drawn, this.#starts));
    this.#table.style.minWidth = `${this.#numbers + this.#end}px`;
    this.#head.replaceChildren(...headCells(sheet, this.#drawn));
    this.#table.replaceChildren(this.#header, ...chunks);
    this.#setTabStop();
    if (focused) (this.#cellAt(this.#active) ?? this.element).focus({ preventScroll: true });
    this.#events.onsight(this.#drawn.start, this.#drawn.stop);
  }

  #toDraw(): Drawn {
    const [start, stop] = this.#window(MARGIN);
    return {
      start,
      stop,
      before: this.#starts[start] ?? 0,
      after: this.#end - (this.#starts[stop] ?? 0),
    };
  }

  // --- focus: one cell is in the tab order, arrows move it ---

  #hasFocus(): boolean {
    const root = this.element.getRootNode() as Document | ShadowRoot;
    return this.element.contains(root.activeElement);
  }

  #cellAt({ row, column }: Place): HTMLElement | null {
    if (column < this.#drawn.start || column >= this.#drawn.stop) return null;
    const cell = this.#lines[row]?.children[column - this.#drawn.start + 2];
    return (cell as HTMLElement | undefined) ?? null;
  }

  #placeOf(target: EventTarget | null): Place | null {
    const cell = (target as Element | null)?.closest?.("td:not(.tsv-gap)");
    const line = cell?.parentElement;
    if (!cell || !line) return null;
    const row = this.#lines.indexOf(line);
    return { row, column: Number(cell.getAttribute("aria-colindex")) - 2 };
  }

  #setTabStop(): void {
    const last = Math.max(0, (this.#sheet?.height ?? 1) - 1);
    this.#active.row = Math.min(this.#active.row, last);
    for (const old of this.#table.querySelectorAll("td[tabindex='0']")) put(old, "tabindex", -1);
    const cell = this.#cellAt(this.#active) ?? this.#cellAt({ row: 0, column: this.#drawn.start });
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
