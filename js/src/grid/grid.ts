// The grid: one page of a table. Browser-only state: the arrangement of columns (columns.ts), the
// cell that has the focus, the selection. What is on the screen is in drawing.ts.

import type { ViewState } from "../protocol/state.ts";
import { setAttr } from "../ui/dom.ts";
import { afterPaint } from "../ui/pace.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Columns } from "./arranging/columns.ts";
import { type ArrangementStore, KeptColumns } from "./arranging/kept-columns.ts";
import { KeptPreferences, type Preferences } from "./arranging/preferences.ts";
import { CellGestures } from "./cell-gestures.ts";
import { type Controlled, cellControls, controls } from "./controls.ts";
import { Drawing } from "./drawing.ts";
import type { GridEvents, Point, Range } from "./events.ts";
import { HeaderGestures } from "./header-gestures.ts";
import { type Looks, PageCells } from "./page-cells.ts";
import { rowOnPage, type Spot } from "./scrolling/spot.ts";
import { lightUp, newRows, Tail } from "./scrolling/tail.ts";
import { DragSelect } from "./selecting/drag-select.ts";
import { KeptSelection } from "./selecting/kept-selection.ts";
import { Keyboard } from "./selecting/keyboard.ts";
import { type CellPosition, HEADER } from "./selecting/move.ts";
import { type Pointer, Pointers } from "./selecting/pointers.ts";
import { RovingFocus } from "./selecting/roving-focus.ts";
import { type Selection, type Size, select } from "./selecting/selection.ts";
import { Sizes } from "./sizes.ts";
import { anchorOf, topRow, whereabouts } from "./whereabouts.ts";

export class Grid {
  readonly element: HTMLElement;
  readonly #events: GridEvents;
  readonly #drawing = new Drawing();
  readonly #focus = new RovingFocus(this.#drawing);
  readonly #sizes: Sizes;
  readonly #selected: KeptSelection;
  readonly #kept: KeptColumns;
  readonly #tail: Tail;
  readonly #pointers: Pointers;
  readonly #preferences = new KeptPreferences();
  /** What cells look like beside their texts; the second part of the front end knows. */
  looks: Looks | null = null;
  #drawnColumns = -1;
  #sheet: Sheet | null = null;
  #version = -1;
  #view: ViewState | null = null;
  #table = "";
  /** Where the focus goes on the page that one is turning to. */
  #landing: "top" | "bottom" | null = null;
  /** A text that is looked for, without being asked of the view. */
  #found = "";
  /** Where to go as soon as its page is shown. */
  #spot: Spot | null = null;

  constructor(events: GridEvents, store: ArrangementStore, signal: AbortSignal) {
    this.#events = events;
    this.#kept = new KeptColumns(store);
    this.element = this.#drawing.element;
    this.#sizes = new Sizes(this.element);
    this.look(this.#preferences.get());
    this.#selected = new KeptSelection((selected) => events.onselect(selected));
    const controlled = this.#controlled();
    const own = controls(controlled);
    const drags = new DragSelect(own, this.element);
    new HeaderGestures(own, this.element);
    new CellGestures(
      cellControls(controlled, () => drags.dragged),
      this.element,
    );
    new Keyboard(own);
    this.#tail = new Tail(this.element);
    this.#drawing.ondrawn = () => {
      this.#sight();
      events.ondrawn();
    };
    this.#pointers = new Pointers(this.element, (pointer) => anchorOf(this.#drawing, pointer));
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(this.element);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      this.#drawing.stop();
    });
  }

  // --- what is shown ---

  /**
   * Show a page as it was read; the same one again costs next to nothing. `reading` says how the
   * table was read: with another one its columns are others.
   */
  showPage(sheet: Sheet, view: ViewState, reading: string): void {
    const known = sheet === this.#sheet;
    const same = known && sheet.version === this.#version && view.query === this.#view?.query;
    const before = this.#sheet?.page;
    const news = this.#sheet === null || known ? [] : newRows(this.#view, sheet, view);
    const toEnd = sheet.page.page === view.page && this.#tail.keeps(view);
    this.#view = view;
    this.#sheet = sheet;
    this.#version = sheet.version;
    this.#count();
    if (same) {
      if (toEnd) this.#toEnd();
      return;
    }
    const table = `${sheet.page.table} ${reading}`;
    const replaced = before?.table !== sheet.page.table;
    if (table !== this.#table) this.#startOver(table, replaced);
    this.#kept.takeIn(sheet);
    this.#measure();
    this.#selected.keepTo(this.#viewKey);
    const turned = replaced || before.page !== sheet.page.page;
    // Before anything is drawn: afterwards the browser would have to lay it out at once.
    if (turned) this.element.scrollTop = 0;
    this.#draw(turned);
    if (before === undefined) afterPaint(() => this.#drawWhole());
    if (turned) this.#land();
    if (toEnd) this.#toEnd();
    if (!turned || toEnd) lightUp(news.flatMap((row) => this.#drawing.rowAt(row) ?? []));
    this.#arrive();
  }

  /** Go to a spot: now if it is on the page that is shown, else as soon as its page is. */
  goTo(spot: Spot): void {
    this.#spot = spot;
    this.#arrive();
  }

  #arrive(): void {
    const spot = this.#spot;
    const row = spot && this.#sheet && rowOnPage(this.#sheet, spot);
    if (spot === null || row === null) return;
    this.#spot = null;
    const { column } = spot;
    if (column !== null) this.arrange((columns) => columns.showColumn(column));
    const slot = column === null ? this.#focus.position.column : this.columns.slotOf(column);
    const position = { row, column: Math.max(0, slot) };
    this.#focus.set(position, this.#size);
    this.#focus.keep(() => this.#drawing.reveal(position));
    if (spot.focus) this.#go(position);
    else this.#sight();
  }

  #toEnd(): void {
    this.#tail.toEnd();
    this.#scrolled();
  }

  /** Start over with the columns of another table, or of another way to read it. */
  #startOver(table: string, replaced: boolean): void {
    this.#table = table;
    this.#sizes.clear();
    this.#kept.startOver();
    if (!replaced) return;
    this.#focus.set({ row: 0, column: 0 }, this.#size);
    this.element.scrollLeft = 0;
  }

  /** Move the focus to where it was going when the page was turned. */
  #land(): void {
    const row = this.#landing === "bottom" ? this.#size.height - 1 : 0;
    if (this.#landing && this.#focus.here) this.#go({ ...this.#focus.position, row });
    else if (this.#landing === "bottom") this.#toEnd();
    this.#landing = null;
  }

  #measure(): void {
    if (this.#sheet) this.#sizes.measure(this.#sheet, this.#view?.query.sort ?? []);
  }

  #count(): void {
    setAttr(this.#drawing.table, "aria-rowcount", (this.#view?.n_rows ?? 0) + 1);
    setAttr(this.#drawing.table, "aria-colcount", this.columns.slots.length + 1);
  }

  /** `inSteps`: what is in sight first, and the rest of the page next. */
  #draw(inSteps = false): void {
    const sheet = this.#sheet as Sheet;
    const { slots } = this.columns;
    this.#count();
    this.#drawnColumns = this.columns.version;
    this.#focus.set(this.#focus.position, this.#size);
    const geometry = this.#sizes.lay(sheet, this.columns);
    const stays = this.#focus.here ? this.#focus.position.column : null;
    const query = this.#view?.query ?? {};
    const { looks } = this;
    const shown = new PageCells(sheet, slots, query, geometry, this.#found, looks);
    this.#focus.keep(() => {
      this.#drawing.draw(shown, geometry, stays, inSteps);
      this.#showSelection();
    });
    this.#pointers.place();
    if (!inSteps) this.#sight();
  }

  /** Draw all that is still to be drawn of the page. */
  finish(): void {
    this.#drawing.finish();
  }

  /** Whether headers and rows out of sight are still to be drawn. */
  get unfinished(): boolean {
    return this.#drawing.unfinished;
  }

  #drawWhole(): void {
    this.#drawing.whole = true;
    this.#scrolled();
  }

  #scrolled(): void {
    if (this.#sheet === null) return;
    this.#focus.keep(() => this.#drawing.catchUp());
    this.#pointers.place();
    this.#sight();
  }

  #resized(): void {
    if (this.#sheet === null) return;
    if (this.element.clientWidth === this.#sizes.available) this.#scrolled();
    else {
      // Also the first time that it is on the screen, and so the first with the right font.
      this.#sizes.measureAnew();
      this.#measure();
      this.#draw();
    }
  }

  #sight(): void {
    const { slots, pinnedSlots } = this.columns;
    const [start, stop] = this.#drawing.drawnSlots;
    const inSight = slots.slice(Math.max(start, pinnedSlots), stop);
    this.#events.onsight(Int32Array.of(...slots.slice(0, pinnedSlots), ...inSight));
  }

  /** What the viewer wants of all tables. */
  get preferences(): Preferences {
    return this.#preferences.get();
  }

  /** Show tables like this from now on. */
  prefer(preferences: Preferences): void {
    this.#preferences.set(preferences);
    this.look(preferences);
    this.redraw();
  }

  look({ density, pictures }: Preferences): void {
    this.#sizes.density = density;
    this.element.classList.toggle("tsv-pictured", pictures);
  }

  /** Draw what is in sight anew: cells look different now. */
  redraw(): void {
    if (this.#sheet) this.#draw();
  }

  /** The header of a column, if it is drawn. */
  headerOf(column: number): HTMLElement | null {
    const slot = this.columns.slotOf(column);
    return slot < 0 ? null : this.#drawing.cellAt({ row: HEADER, column: slot });
  }

  // --- columns, as this viewer has them ---

  get columns(): Columns {
    return this.#kept.columns;
  }

  /** Change this viewer's columns: `change` is given them. */
  arrange(change: (columns: Columns) => void): void {
    const column = this.columns.slots[this.#focus.position.column] ?? 0;
    const before = this.columns.slots;
    change(this.columns);
    if (this.columns.version === this.#drawnColumns || this.#sheet === null) return;
    this.#kept.keep();
    const { slots } = this.columns;
    if (before.length !== slots.length || before.some((known, slot) => known !== slots[slot])) {
      // The slots of the selection and of the focus mean other columns now.
      this.#selected.clear();
      const slot = this.columns.slotOf(column);
      if (slot >= 0) this.#focus.set({ ...this.#focus.position, column: slot }, this.#size);
    }
    this.#draw();
  }

  /** Bring a column into sight and give its header the focus; a hidden one shows again. */
  focusColumn(column: number): void {
    this.arrange((columns) => columns.showColumn(column));
    this.#go({ row: HEADER, column: Math.max(0, this.columns.slotOf(column)) });
  }

  // --- where people are ---

  /** Give the focus to the cell that is in the tab order. */
  focusHere(): void {
    this.#go(this.#focus.position);
  }

  /** Mark a text wherever it stands; an empty one: none. */
  markText(text: string): void {
    if (text === this.#found) return;
    this.#found = text;
    if (this.#sheet !== null) this.#draw();
  }

  /** The row that is first in sight, on the page. */
  get topRow(): number {
    return topRow(this.#drawing, this.#size);
  }

  /** Show where others point on this page. */
  showPointers(pointers: readonly Pointer[]): void {
    this.#pointers.show(pointers);
  }

  /** Where this viewer is: the cell with the focus if it is in sight, else the first that is. */
  get here(): { row: number; column: number } | null {
    return whereabouts(this.#drawing, this.#focus.position, this.#size, this.columns);
  }

  #point({ row, column }: CellPosition): void {
    const meant = this.columns.slots[column];
    if (row !== HEADER && meant !== undefined) this.#events.onpoint(row, meant);
  }

  // --- selection ---

  selectColumn(column: number): void {
    this.#choose(select("columns", { row: 0, column: this.columns.slotOf(column) }));
  }

  selectRow(row: number): void {
    this.#choose(select("rows", { row, column: this.#focus.position.column }));
  }

  /** What is selected here, else the cell or the header with the focus; null without a table. */
  get range(): Range | null {
    if (this.#sheet === null) return null;
    const { row, column } = this.#focus.position;
    const rows = row === HEADER ? { top: 0, bottom: 0 } : { top: row, bottom: row + 1 };
    const area = this.#area ?? { ...rows, left: column, right: column + 1 };
    const columns = [...this.columns.slots.slice(area.left, area.right)];
    return { sheet: this.#sheet, top: area.top, bottom: area.bottom, columns };
  }

  get #size(): Size {
    return { height: this.#sheet?.height ?? 0, width: this.columns.slots.length };
  }

  get #area() {
    return this.#selected.area(this.#sheet?.page.page ?? 0, this.#size);
  }

  /** The view that a selection is of: in another one its rows stand elsewhere. */
  get #viewKey(): string {
    const { query, page_size } = this.#view ?? {};
    return JSON.stringify([this.#table, query, page_size]);
  }

  #choose(selection: Selection | null): void {
    if (selection === null || this.#sheet === null) this.#selected.clear();
    else this.#selected.choose(selection, this.#viewKey, this.#sheet, this.columns.slots);
    this.#showSelection();
  }

  #showSelection(): void {
    this.#drawing.select(this.#area);
  }

  // --- what keyboard and pointer do ---

  #go(position: CellPosition): void {
    this.#focus.go(position);
    this.#sight();
  }

  /** The menu of the header or the cell that has the focus. */
  #menu(at?: Point): void {
    const { row, column } = this.#focus.position;
    const cell = this.#drawing.cellAt(this.#focus.position);
    const meant = this.columns.slots[column];
    if (!cell || meant === undefined) return;
    const box = cell.getBoundingClientRect();
    if (row === HEADER) this.#events.onmenu(meant, cell);
    else this.#events.oncell(row, meant, at ?? { x: box.left, y: box.bottom });
  }

  /** Turn to the page before or behind, and to its near end. */
  turnOver(pages: -1 | 1): void {
    this.#turn(pages, pages > 0 ? "top" : "bottom");
  }

  #turn(pages: number | "first" | "last", landing?: "top" | "bottom"): void {
    const { page, n_pages } = this.#view ?? { page: 1, n_pages: 1 };
    const to = pages === "first" ? 1 : pages === "last" ? n_pages : page + pages;
    if (to === page || to < 1 || to > n_pages) return;
    this.#landing = landing ?? null;
    this.#spot = null;
    this.#events.onturn(pages);
  }

  /** What its controls use, as it is when they do. */
  #controlled(): Controlled {
    const grid = this;
    return {
      drawing: this.#drawing,
      focus: this.#focus,
      events: this.#events,
      get columns() {
        return grid.columns;
      },
      get sheet() {
        return grid.#sheet;
      },
      get size() {
        return grid.#size;
      },
      get selection() {
        return grid.#selected.on(grid.#sheet?.page.page ?? 0);
      },
      get area() {
        return grid.#area;
      },
      get range() {
        return grid.range;
      },
      arrange: (change) => this.arrange(change),
      go: (position) => this.#go(position),
      choose: (selection) => this.#choose(selection),
      point: (position) => this.#point(position),
      turn: (pages, landing) => this.#turn(pages, landing),
      menu: (at) => this.#menu(at),
    };
  }
}
