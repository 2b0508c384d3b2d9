// Drawing: the elements of the grid, which rows and cells of a page exist, and where they are on
// the screen. Knows positions (rows of the page, slots of the screen), not what they mean.
import { texts } from "../texts/texts.ts";
import { h, KeptStyle } from "../ui/dom.ts";
import { BeforePaint } from "../ui/pace.ts";
import { Body } from "./body.ts";
import type { PageCells } from "./page-cells.ts";
import { Head } from "./rows.ts";
import { type CellPosition, HEADER } from "./selecting/move.ts";
import type { Area } from "./selecting/selection.ts";
import {
  covers,
  endOf,
  type Geometry,
  neededRange,
  type RenderRange,
  shiftOf,
  slotStart,
  tracks,
  type Viewport,
  withOverscan,
} from "./viewport.ts";

const sameSlots = (one: Int32Array, other: Int32Array): boolean =>
  one === other ||
  (one.length === other.length && one.every((column, slot) => column === other[slot]));

/** The column of the row numbers. */
const NUMBER = -1;
type Rows = Pick<RenderRange, "top" | "bottom">;
const NOTHING_DRAWN: RenderRange = { top: 0, bottom: 0, start: 0, stop: 0 };
const NO_GEOMETRY: Geometry = {
  ...{ rows: 0, rowHeight: 1, numbers: 0, pinned: 0, fits: [], named: [] },
  nameWidth: () => 0,
  starts: new Float64Array(1),
};

export class Drawing {
  readonly table: HTMLTableElement;
  /** The element that scrolls. */
  readonly element: HTMLElement;
  readonly #style: { table: KeptStyle; element: KeptStyle };
  readonly #head = new Head();
  readonly #body = new Body();
  #cells: PageCells | null = null;
  #range = NOTHING_DRAWN;
  #area: Area | null = null;
  geometry = NO_GEOMETRY;
  readonly #rest = new BeforePaint(() => this.#drawRest());
  /** Whether a small page is drawn whole: not before what is in sight of the first was painted. */
  whole = false;
  /** Called when what was not drawn at once has been drawn. */
  ondrawn: () => void = () => {};

  constructor() {
    const attributes = {
      ...{ role: "grid", class: "tsv-table", "aria-label": texts.tableName },
      ...{ "aria-multiselectable": "true", "aria-readonly": "true" },
    };
    this.table = h("table", attributes, this.#head.element, this.#body.element);
    this.element = h("div", { class: "tsv-scroll" }, this.table);
    this.#style = { table: new KeptStyle(this.table), element: new KeptStyle(this.element) };
    this.table.addEventListener("pointerover", ({ target }) => {
      const at = this.positionOf(target);
      if (at?.column === NUMBER) this.#sayWhere(at.row);
    });
    // What is read to somebody who goes by keys.
    this.table.addEventListener("focusin", ({ target }) => {
      this.#sayWhere(this.positionOf(target)?.row ?? HEADER);
    });
    this.table.addEventListener("copy", () => this.#rest.now());
  }

  #sayWhere(row: number): void {
    if (this.#cells) this.#body.sayWhere(this.#cells, row);
  }

  /**
   * Draw a page anew, or other columns of it. Where columns before those in sight have become wider,
   * these stay where they are on the screen: the slot `stays` if it is in sight, else the first.
   * `inSteps`: rows in sight at once; headers and other rows before anything is painted, or used.
   */
  draw(cells: PageCells, geometry: Geometry, stays: number | null, inSteps: boolean): void {
    // Read before anything is changed: afterwards the browser would have to lay it out at once.
    const window = this.#viewport();
    const same = this.#cells !== null && sameSlots(this.#cells.slots, cells.slots);
    const shift = same ? shiftOf(this.geometry, geometry, window, stays) : 0;
    this.#cells = cells;
    this.geometry = geometry;
    const range = neededRange(geometry, { ...window, left: window.left + shift }, this.whole);
    this.#layOut();
    this.#drawRange(range, true, inSteps ? this.#rowsIn(window) : undefined);
    if (shift !== 0) this.element.scrollLeft = window.left + shift;
  }

  #layOut(): void {
    const { table, element } = this.#style;
    const { numbers, pinned, rowHeight } = this.geometry;
    const left = (slot: number) => `${numbers + slotStart(this.geometry, slot)}px`;
    table.set("--row", `${rowHeight}px`);
    for (let slot = 0; slot < pinned; slot++) table.set(`--left-${slot}`, left(slot));
    table.set("min-width", `${numbers + endOf(this.geometry)}px`);
    element.set("scroll-padding-left", left(pinned));
    element.set("scroll-padding-top", `calc(${rowHeight + 3}px + var(--pictures))`);
  }

  #rowsIn({ top, height }: Viewport): Rows {
    const { rowHeight } = this.geometry;
    return { top: top / rowHeight, bottom: (top + height) / rowHeight };
  }

  /** Draw all that is still to be drawn. */
  finish(): void {
    this.#rest.now();
  }

  stop(): void {
    this.#rest.stop();
  }

  /** Whether headers and rows out of sight are still to be drawn. */
  get unfinished(): boolean {
    return this.#rest.due;
  }

  /** Draw the cells that have come into sight. */
  catchUp(): void {
    if (this.#cells === null) return;
    this.#rest.now();
    const range = neededRange(this.geometry, this.#viewport(), this.whole);
    if (!covers(this.#range, range)) this.#drawRange(range, false);
  }

  /** The slots that are drawn beside the pinned ones. */
  get drawnSlots(): [start: number, stop: number] {
    return [this.#range.start, this.#range.stop];
  }

  select(area: Area | null): void {
    this.#area = area;
    this.#body.select(area);
  }

  // --- places ---

  cellAt({ row, column }: CellPosition): HTMLElement | null {
    if (row !== HEADER) return this.#body.cell(row, column);
    this.#rest.now();
    return this.#head.cell(column);
  }

  /** The element of a row; null if it is not drawn. */
  rowAt(row: number): HTMLElement | null {
    const column = this.geometry.pinned > 0 ? 0 : this.#range.start;
    return this.#body.cell(row, column)?.parentElement ?? null;
  }

  /** The position that an element belongs to; column -1: a row's number. Null: none. */
  positionOf(target: EventTarget | null): CellPosition | null {
    this.#rest.now();
    const cell = (target as Element | null)?.closest?.("[aria-colindex]");
    const line = cell?.parentElement?.getAttribute("aria-rowindex");
    if (!cell || !line || !this.#cells) return null;
    const row = line === "1" ? HEADER : Number(line) - 2 - this.#cells.sheet.page.first_row;
    return { row, column: Number(cell.getAttribute("aria-colindex")) - 2 };
  }

  /** Scroll until a position is in sight, and draw it. */
  bringIntoSight(position: CellPosition): void {
    if (!this.cellAt(position)) this.#jumpTo(position);
    this.cellAt(position)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.catchUp();
  }

  /** Scroll the table, and nothing around it, until a position is in sight, and draw it. */
  reveal({ row, column }: CellPosition): void {
    const { geometry, element } = this;
    const { high, wide } = this.#room;
    if (!this.rowInSight(row)) element.scrollTop = row * geometry.rowHeight - high / 3;
    if (!this.columnInSight(column)) element.scrollLeft = this.#leftOf(column) - wide / 3;
    this.catchUp();
  }

  /** Whether all of a row is in sight, as far down as it goes. */
  rowInSight(row: number): boolean {
    const { rowHeight } = this.geometry;
    const { scrollTop } = this.element;
    const top = row * rowHeight;
    return top >= scrollTop && top + rowHeight <= scrollTop + this.#room.high;
  }

  /** Whether a column is in sight, at least its beginning if it is wide. */
  columnInSight(slot: number): boolean {
    if (slot < this.geometry.pinned) return true;
    const { scrollLeft } = this.element;
    const { wide } = this.#room;
    const left = this.#leftOf(slot);
    const end = Math.min(this.#leftOf(slot + 1), left + wide);
    return left >= scrollLeft && end <= scrollLeft + wide;
  }

  /** The position that is first in sight. */
  get firstInSight(): CellPosition {
    const { scrollLeft, scrollTop } = this.element;
    const { rowHeight, pinned, starts } = this.geometry;
    const row = Math.ceil(scrollTop / rowHeight);
    if (pinned > 0) return { row, column: 0 };
    return {
      row,
      column: Math.max(
        0,
        starts.findIndex((start) => start >= scrollLeft),
      ),
    };
  }

  /** Where a slot stands among those that scroll. */
  #leftOf(slot: number): number {
    return slotStart(this.geometry, slot) - slotStart(this.geometry, this.geometry.pinned);
  }

  /** The room for rows, and for the columns that scroll. */
  get #room(): { high: number; wide: number } {
    const { clientHeight, clientWidth } = this.element;
    const { numbers, pinned, rowHeight } = this.geometry;
    const wide = clientWidth - numbers - slotStart(this.geometry, pinned);
    return { high: clientHeight - rowHeight, wide };
  }

  #jumpTo({ row, column }: CellPosition): void {
    const { geometry, element } = this;
    const [start, stop] = this.drawnSlots;
    if (column >= geometry.pinned && (column < start || column >= stop)) {
      const left = slotStart(geometry, column) - slotStart(geometry, geometry.pinned);
      element.scrollLeft = left - element.clientWidth / 3;
    }
    if (row !== HEADER && (row < this.#range.top || row >= this.#range.bottom)) {
      element.scrollTop = row * geometry.rowHeight - element.clientHeight / 3;
    }
    this.catchUp();
  }

  // --- inside ---

  #viewport(): Viewport {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.element;
    return { left: scrollLeft, top: scrollTop, width: clientWidth, height: clientHeight };
  }

  #drawRange(neededRange: RenderRange, fresh: boolean, first?: Rows): void {
    const cells = this.#cells as PageCells;
    const { geometry } = this;
    this.#range = withOverscan(neededRange, geometry);
    this.#style.table.set("--tracks", tracks(geometry, this.#range));
    if (!first) this.#head.draw(cells, geometry.pinned, this.#range, fresh);
    this.#body.draw(cells, geometry.pinned, this.#range, fresh, first);
    if (first) this.#rest.ask();
    this.#body.select(this.#area);
  }

  #drawRest(): void {
    const cells = this.#cells as PageCells;
    this.#head.draw(cells, this.geometry.pinned, this.#range, true);
    this.#body.drawRest();
    this.#body.select(this.#area);
    this.ondrawn();
  }
}
