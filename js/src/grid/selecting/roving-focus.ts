// Roving focus: one cell or header of the grid is in the tab order, and it moves. The focus is
// never taken from elsewhere on the page, and not lost when its cell is drawn anew.
import { activeElementAround, setAttr } from "../../ui/dom.ts";
import { type CellPosition, HEADER } from "./move.ts";
import type { Size } from "./selection.ts";

/** The part of a drawing that roving focus uses. */
export interface FocusTarget {
  readonly element: HTMLElement;
  /** The element at a position; null if it is not drawn. */
  cellAt(position: CellPosition): HTMLElement | null;
  /** The position that an element belongs to; column -1: a row's number. Null: none. */
  positionOf(target: EventTarget | null): CellPosition | null;
  /** Scroll until a position is in sight, and draw it. */
  bringIntoSight(position: CellPosition): void;
}

export class RovingFocus {
  readonly #drawing: FocusTarget;
  #position: CellPosition = { row: 0, column: 0 };
  /** The cell that is in the tab order; it may not be drawn any more. */
  #stop: HTMLElement | null = null;

  constructor(drawing: FocusTarget) {
    this.#drawing = drawing;
    drawing.element.addEventListener("focusin", (event) => this.#focused(event));
  }

  /** The position of the cell in the tab order; it may be out of sight. */
  get position(): CellPosition {
    return this.#position;
  }

  /** Whether the focus is in the table. */
  get here(): boolean {
    return this.#drawing.element.contains(this.#active);
  }

  get #active(): Element | null {
    return activeElementAround(this.#drawing.element);
  }

  /** Put another position into the tab order, the focus staying where it is. */
  set(position: CellPosition, { height, width }: Size): void {
    this.#position = {
      row: height === 0 ? HEADER : Math.min(position.row, height - 1),
      column: Math.min(position.column, Math.max(0, width - 1)),
    };
  }

  /** Move the focus. */
  go(position: CellPosition): void {
    this.#position = position;
    this.#drawing.bringIntoSight(position);
    this.#setTabStop();
    this.#drawing.cellAt(position)?.focus({ preventScroll: true });
  }

  /** Draw; the focus stays in the table if it was there, on its cell as far as that is drawn. */
  keep(draw: () => void): void {
    const { here } = this;
    draw();
    this.#setTabStop();
    if (!here) return;
    const cell = this.#drawing.cellAt(this.#position);
    const wanted = cell ?? (this.here ? null : this.#drawing.element);
    if (wanted && !wanted.contains(this.#active)) wanted.focus({ preventScroll: true });
  }

  #setTabStop(): void {
    const { element } = this.#drawing;
    const cell = this.#drawing.cellAt(this.#position);
    if (this.#stop && this.#stop !== cell) setAttr(this.#stop, "tabindex", -1);
    this.#stop = cell;
    if (cell) setAttr(cell, "tabindex", 0);
    // The cell is out of sight: whoever comes by the keyboard comes here first.
    setAttr(element, "tabindex", cell ? -1 : 0);
  }

  #focused(event: FocusEvent): void {
    const position = this.#drawing.positionOf(event.target);
    if (!position || position.column < 0) return;
    this.#position = position;
    this.#setTabStop();
  }
}
