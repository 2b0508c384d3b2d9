// Selecting with the mouse: a drag over cells or row numbers, or a click with Shift. Within one
// cell a drag selects its text, as anywhere.
import { clamp } from "../../ui/numbers.ts";
import { type CellPosition, HEADER } from "./move.ts";
import { type Selection, select } from "./selection.ts";

export interface DragControls {
  positionOf(target: EventTarget | null): CellPosition | null;
  /** The position of the cell with the focus. */
  readonly active: CellPosition;
  readonly selection: Selection | null;
  choose(selection: Selection | null): void;
}

/** Pixels scrolled at once while a drag is beyond an edge. */
const STEP_PX = 24;

export class DragSelect {
  readonly #table: DragControls;
  readonly #scroller: HTMLElement;
  #from: CellPosition | null = null;
  #kind: Selection["kind"] = "cells";
  #dragging = false;
  #pointer = { x: 0, y: 0 };
  /** Whether the click that comes now only ends a drag. */
  dragged = false;

  constructor(table: DragControls, scroller: HTMLElement) {
    this.#table = table;
    this.#scroller = scroller;
    scroller.addEventListener("pointerdown", (event) => this.#down(event));
    scroller.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      scroller.addEventListener(end, () => this.#end());
    }
  }

  #down(event: PointerEvent): void {
    this.dragged = false;
    const position = this.#table.positionOf(event.target);
    if (
      !position ||
      position.row === HEADER ||
      event.button !== 0 ||
      event.pointerType === "touch"
    ) {
      return;
    }
    this.#kind = position.column < 0 ? "rows" : "cells";
    const { active, selection } = this.#table;
    const anchor = selection?.kind === this.#kind ? selection.anchor : active;
    this.#from = event.shiftKey ? anchor : position;
    if (!event.shiftKey && this.#kind === "cells") return;
    event.preventDefault();
    this.#selectTo(position);
  }

  #move(event: PointerEvent): void {
    if (this.#from === null) return;
    this.#pointer = { x: event.clientX, y: event.clientY };
    const position = this.#under();
    if (this.#dragging) this.#selectTo(position);
    else if (position && !same(position, this.#from)) this.#begin(event, position);
  }

  #begin(event: PointerEvent, position: CellPosition): void {
    this.#dragging = true;
    this.dragged = true;
    this.#scroller.setPointerCapture(event.pointerId);
    getSelection()?.removeAllRanges();
    this.#scroller.classList.add("tsv-dragging");
    this.#selectTo(position);
    requestAnimationFrame(() => this.#roll());
  }

  #selectTo(position: CellPosition | null): void {
    if (position && this.#from && position.row !== HEADER) {
      this.#table.choose(select(this.#kind, this.#from, position));
    }
  }

  /** Scroll while the pointer is beyond an edge. */
  #roll(): void {
    if (!this.#dragging) return;
    const box = this.#scroller.getBoundingClientRect();
    const { x, y } = this.#pointer;
    const beyond = (at: number, low: number, high: number) => (at < low ? -1 : at > high ? 1 : 0);
    const right = beyond(x, box.left, box.right);
    const down = beyond(y, box.top, box.bottom);
    if (right || down) {
      this.#scroller.scrollBy(right * STEP_PX, down * STEP_PX);
      this.#selectTo(this.#under());
    }
    requestAnimationFrame(() => this.#roll());
  }

  /** The position under the pointer, or the nearest to it that is in sight. */
  #under(): CellPosition | null {
    const box = this.#scroller.getBoundingClientRect();
    const { x, y } = this.#pointer;
    const root = this.#scroller.getRootNode() as Document | ShadowRoot;
    const right = box.left + this.#scroller.clientWidth;
    const bottom = box.top + this.#scroller.clientHeight;
    const [left, top] = [clamp(x, box.left + 1, right - 1), clamp(y, box.top + 1, bottom - 1)];
    return this.#table.positionOf(root.elementFromPoint(left, top));
  }

  #end(): void {
    this.#from = null;
    this.#dragging = false;
    this.#scroller.classList.remove("tsv-dragging");
  }
}

const same = (a: CellPosition, b: CellPosition): boolean =>
  a.row === b.row && a.column === b.column;
