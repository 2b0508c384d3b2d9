// The focus in the table: one cell or header is in the tab order, and it moves. It is never taken
// from elsewhere on the page, and not lost when what has it is drawn anew.
import { put } from "../../ui/dom.ts";
import { HEADER, type Place } from "./move.ts";
import type { Size } from "./selection.ts";

/** The part of a drawn table that the focus moves in. */
export interface FocusTarget {
  readonly element: HTMLElement;
  readonly table: HTMLElement;
  /** The element of a place; null if it is not drawn. */
  cellAt(place: Place): HTMLElement | null;
  /** Which place an element belongs to; column -1: a row's number. Null: none. */
  placeOf(target: EventTarget | null): Place | null;
  /** Scroll until a place is in sight, and draw it. */
  bringIntoSight(place: Place): void;
}

export class Roving {
  readonly #drawing: FocusTarget;
  #place: Place = { row: 0, column: 0 };

  constructor(drawing: FocusTarget) {
    this.#drawing = drawing;
    drawing.element.addEventListener("focusin", (event) => this.#focused(event));
  }

  /** The cell in the tab order; it may be out of sight. */
  get place(): Place {
    return this.#place;
  }

  /** Whether the focus is in the table. */
  get here(): boolean {
    return this.#drawing.element.contains(this.#active);
  }

  get #active(): Element | null {
    return (this.#drawing.element.getRootNode() as Document | ShadowRoot).activeElement;
  }

  /** Make another place the one in the tab order, the focus staying where it is. */
  set(place: Place, { height, width }: Size): void {
    this.#place = {
      row: height === 0 ? HEADER : Math.min(place.row, height - 1),
      column: Math.min(place.column, Math.max(0, width - 1)),
    };
  }

  /** Move the focus. */
  go(place: Place): void {
    this.#place = place;
    this.#drawing.bringIntoSight(place);
    this.#setTabStop();
    this.#drawing.cellAt(place)?.focus({ preventScroll: true });
  }

  /** Draw; the focus stays in the table if it was there, on its cell as far as that is drawn. */
  keep(draw: () => void): void {
    const { here } = this;
    draw();
    this.#setTabStop();
    if (!here) return;
    const cell = this.#drawing.cellAt(this.#place);
    const wanted = cell ?? (this.here ? null : this.#drawing.element);
    if (wanted && !wanted.contains(this.#active)) wanted.focus({ preventScroll: true });
  }

  #setTabStop(): void {
    const { table, element } = this.#drawing;
    const cell = this.#drawing.cellAt(this.#place);
    for (const old of table.querySelectorAll("[tabindex='0']")) {
      if (old !== cell) put(old, "tabindex", -1);
    }
    if (cell) put(cell, "tabindex", 0);
    // The cell is out of sight: whoever comes by the keyboard comes here first.
    put(element, "tabindex", cell ? -1 : 0);
  }

  #focused(event: FocusEvent): void {
    const place = this.#drawing.placeOf(event.target);
    if (!place || place.column < 0) return;
    this.#place = place;
    this.#setTabStop();
  }
}
