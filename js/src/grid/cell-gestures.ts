// Gestures on cells: a click moves the focus or opens a long cell, a double click opens a clipped one,
// the context menu is the table's own.

import { hasSelectedText } from "../ui/dom.ts";
import type { Point } from "./events.ts";
import { type CellPosition, HEADER } from "./selecting/move.ts";

/** The part of the grid that gestures on cells use. */
export interface CellControls {
  positionOf(target: EventTarget | null): CellPosition | null;
  cellAt(position: CellPosition): HTMLElement | null;
  /** Whether the click that comes now only ends a drag. */
  wasDragged(): boolean;
  isSelected(position: CellPosition): boolean;
  deselect(): void;
  /** Show the others a cell that was clicked. */
  point(position: CellPosition): void;
  /** Open a cell in full. */
  open(position: CellPosition): void;
  /** Open the menu of a cell or header at a point of the window. */
  openMenu(position: CellPosition, at: Point): void;
}

export class CellGestures {
  readonly #grid: CellControls;

  constructor(grid: CellControls, scroller: HTMLElement) {
    this.#grid = grid;
    scroller.addEventListener("click", (event) => this.#click(event));
    scroller.addEventListener("dblclick", (event) => this.#dblclick(event));
    scroller.addEventListener("contextmenu", (event) => this.#contextMenu(event));
  }

  #click(event: MouseEvent): void {
    const position = this.#grid.positionOf(event.target);
    if (!position || position.row === HEADER || position.column < 0 || event.shiftKey) return;
    if (this.#grid.wasDragged() || isLink(event.target)) return;
    this.#grid.deselect();
    this.#grid.point(position);
    const cell = this.#grid.cellAt(position);
    if (cell?.hasAttribute("data-long") && !hasSelectedText()) this.#grid.open(position);
    else cell?.focus({ preventScroll: true });
  }

  #dblclick(event: MouseEvent): void {
    const position = this.#grid.positionOf(event.target);
    const cell = position && position.row !== HEADER && this.#grid.cellAt(position);
    if (cell && isClipped(cell)) this.#grid.open(position);
  }

  #contextMenu(event: MouseEvent): void {
    const position = this.#grid.positionOf(event.target);
    // Shift asks for the browser's own menu, as it does elsewhere.
    if (!position || position.column < 0 || event.shiftKey || isLink(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.#grid.isSelected(position)) this.#grid.deselect();
    this.#grid.openMenu(position, { x: event.clientX, y: event.clientY });
  }
}

const isLink = (target: EventTarget | null): boolean =>
  (target as Element | null)?.closest?.("a") != null;

/** Whether a cell contains more text than is seen of it. */
const isClipped = (cell: HTMLElement): boolean =>
  cell.hasAttribute("data-long") || cell.scrollWidth > cell.clientWidth + 1;
