// The row elements of the grid, header included. They are kept while they stay in sight, so that
// what has the focus keeps it; they carry their roles explicitly, because styles lay them out as
// grids.

import { fill, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { Filled, fillCell } from "./contents/cells.ts";
import { fillHeader } from "./contents/headers.ts";
import type { PageCells } from "./page-cells.ts";
import { HEADER } from "./selecting/move.ts";
import { type Area, holds } from "./selecting/selection.ts";
import type { RenderRange } from "./viewport.ts";

/** What is known of a cell that is drawn. */
interface Drawn {
  readonly element: HTMLElement;
}

/** One row: its number, the pinned cells, and those of slots [start, stop). */
abstract class GridRow<Cell extends Drawn> {
  readonly element = document.createElement("tr");
  protected readonly row: number;
  readonly #before: HTMLElement;
  readonly #after: HTMLElement;
  readonly #pinned: Cell[] = [];
  readonly #cells: Cell[] = [];
  #start = 0;
  /** Whether a cell of it was selected when it was drawn last. */
  #selected = false;

  constructor(row: number, number: HTMLElement) {
    this.row = row;
    this.#before = gap(row);
    this.#after = gap(row);
    this.element.setAttribute("role", "row");
    this.element.append(number, this.#before, this.#after);
  }

  protected abstract make(slot: number): Cell;
  protected abstract fill(cell: Cell, cells: PageCells, slot: number): void;

  cell(slot: number): HTMLElement | null {
    return (this.#pinned[slot] ?? this.#cells[slot - this.#start])?.element ?? null;
  }

  /** Draw the pinned slots and those of the range; `fresh`: what stands there may have changed. */
  draw(cells: PageCells, pinned: number, { start, stop }: RenderRange, fresh: boolean): void {
    if (fresh) this.#drawPinned(cells, pinned);
    const end = this.#start + this.#cells.length;
    const kept = Math.min(stop, end) - Math.max(start, this.#start);
    // Cells that stay are kept; if most go, it is cheaper to let them stand for others.
    const elsewhere = 2 * kept < stop - start;
    if (elsewhere) this.#restart(start, stop);
    else this.#remove(start, stop);
    if (fresh || elsewhere) this.#refill(cells);
    this.#add(cells, start, stop);
  }

  select(area: Area | null): void {
    const selected = area !== null && this.row >= area.top && this.row < area.bottom;
    // Most rows are not, and were not.
    if (!selected && !this.#selected) return;
    this.#selected = selected;
    const mark = (cells: Cell[], start: number) => {
      for (const [i, { element }] of cells.entries()) {
        setAttr(element, "aria-selected", holds(area, this.row, start + i) ? "true" : null);
      }
    };
    mark(this.#pinned, 0);
    mark(this.#cells, this.#start);
  }

  #refill(cells: PageCells): void {
    const drawn = this.#cells;
    // The innermost part of a page turn: no object is made for a cell.
    for (let i = 0; i < drawn.length; i++) this.fill(drawn[i] as Cell, cells, this.#start + i);
  }

  #drawPinned(cells: PageCells, pinned: number): void {
    for (const { element } of this.#pinned.splice(pinned)) element.remove();
    for (let slot = 0; slot < pinned; slot++) {
      const cell = this.#pinned[slot] ?? this.make(slot);
      if (!cell.element.parentNode) this.#pinAt(cell.element, slot);
      setAttr(cell.element, "data-pinned", slot === pinned - 1 ? "last" : "");
      this.#pinned[slot] = cell;
      this.fill(cell, cells, slot);
    }
  }

  #pinAt(cell: HTMLElement, slot: number): void {
    cell.style.setProperty("left", `var(--left-${slot})`);
    this.#before.before(cell);
  }

  /** Reuse the cells for slots elsewhere; not the one in the tab order, which keeps its place. */
  #restart(start: number, stop: number): void {
    for (const { element } of this.#cells.splice(stop - start)) element.remove();
    const own = this.#cells.findIndex(({ element }) => element.tabIndex === 0);
    if (own >= 0) this.#cells.splice(own, 1)[0]?.element.remove();
    this.#start = start;
    for (const [i, { element }] of this.#cells.entries())
      setAttr(element, "aria-colindex", start + i + 2);
  }

  #remove(start: number, stop: number): void {
    const ahead = Math.max(0, start - this.#start);
    const ending = Math.max(0, stop - this.#start - ahead);
    for (const { element } of this.#cells.splice(0, ahead)) element.remove();
    this.#start += ahead;
    for (const { element } of this.#cells.splice(ending)) element.remove();
  }

  #add(cells: PageCells, start: number, stop: number): void {
    while (this.#start > start) {
      const cell = this.make(--this.#start);
      this.fill(cell, cells, this.#start);
      this.#before.after(cell.element);
      this.#cells.unshift(cell);
    }
    for (let slot = this.#start + this.#cells.length; slot < stop; slot++) {
      const cell = this.make(slot);
      this.fill(cell, cells, slot);
      this.#after.before(cell.element);
      this.#cells.push(cell);
    }
  }
}

function gap(row: number): HTMLElement {
  const cell = document.createElement(row === HEADER ? "th" : "td");
  cell.className = "tsv-gap";
  cell.setAttribute("role", "presentation");
  return cell;
}

interface Header extends Drawn {
  key: string;
}

class HeaderRow extends GridRow<Header> {
  protected make(slot: number): Header {
    const kind = { role: "columnheader", scope: "col", "aria-haspopup": "dialog" };
    const element = h("th", { ...kind, tabindex: -1, "aria-colindex": slot + 2 });
    return { element, key: "" };
  }

  protected fill(header: Header, cells: PageCells, slot: number): void {
    const content = cells.header(slot);
    if (header.key === content.key) return;
    header.key = content.key;
    fillHeader(header.element, content);
  }
}

/** The header row. */
export class Head {
  readonly element: HTMLElement;
  readonly #line: HeaderRow;

  constructor() {
    const corner = h("th", { class: "tsv-number", scope: "col", role: "columnheader" }, "#");
    setAttr(corner, "aria-colindex", 1);
    setAttr(corner, "aria-label", texts.row);
    this.#line = new HeaderRow(HEADER, corner);
    setAttr(this.#line.element, "aria-rowindex", 1);
    this.element = h("thead", { role: "rowgroup" }, this.#line.element);
  }

  cell(slot: number): HTMLElement | null {
    return this.#line.cell(slot);
  }

  draw(cells: PageCells, pinned: number, range: RenderRange, fresh: boolean): void {
    this.#line.draw(cells, pinned, range, fresh);
  }
}

/** A row of the page, with its number. */
export class BodyRow extends GridRow<Filled> {
  readonly #number: HTMLElement;
  readonly #text = document.createTextNode("");
  #place = -1;
  #named = false;

  constructor(row: number) {
    const number = h("th", { class: "tsv-number", scope: "row", role: "rowheader" });
    setAttr(number, "aria-colindex", 1);
    super(row, number);
    number.append(this.#text);
    this.#number = number;
  }

  protected make(slot: number): Filled {
    return new Filled(h("td", { role: "gridcell", tabindex: -1, "aria-colindex": slot + 2 }));
  }

  protected fill(cell: Filled, cells: PageCells, slot: number): void {
    const simple = cells.simple(slot);
    const text = simple?.rows[this.row]?.[simple.place];
    if (simple && text !== undefined && cell.showSimple(text, simple.look)) return;
    fillCell(cell, cells.cell(this.row, slot));
  }

  /** Show the row's number in the view. */
  number(cells: PageCells): void {
    const place = cells.sheet.page.first_row + this.row;
    if (place !== this.#place) {
      this.#place = place;
      this.element.setAttribute("aria-rowindex", String(place + 2));
      this.#text.data = String(place + 1);
    }
    if (!this.#named) return;
    this.#named = this.#number.matches(":hover");
    if (this.#named) this.sayWhere(cells);
    else setAttr(this.#number, "title", null);
  }

  /** Say as a tooltip where in the file it stands; only once somebody is there, for it costs a style. */
  sayWhere({ sheet }: PageCells): void {
    const { row } = this;
    const place = sheet.page.first_row + row;
    setAttr(this.#number, "title", whereabouts(sheet.rowId(row), sheet.lineNumber(row), place));
    this.#named = true;
  }
}

/** Where in the file a row of a view stands. */
function whereabouts(id: number, line: number | null, place: number): string | null {
  const parts = id === place ? [] : [fill(texts.rowOfTable, { n: id + 1 })];
  if (line !== null) parts.push(fill(texts.lineOfFile, { n: line }));
  return parts.join(", ") || null;
}
