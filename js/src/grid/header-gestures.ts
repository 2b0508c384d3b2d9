// Gestures on column headers: a click sorts, the menu mark opens the menu, the grip at the edge
// resizes, and a drag moves the column.

import { h } from "../ui/dom.ts";
import { clamp } from "../ui/numbers.ts";
import { type CellPosition, HEADER } from "./selecting/move.ts";
import { NARROWEST_PX, WIDEST_PX } from "./widths.ts";

export interface HeaderControls {
  positionOf(target: EventTarget | null): CellPosition | null;
  widthOf(slot: number): number;
  /** Set the width of a slot's column; null: its natural width. */
  resize(slot: number, width: number | null): void;
  /** Move the column in a slot to another one. */
  move(slot: number, to: number): void;
  sort(slot: number, additive: boolean): void;
  menu(slot: number): void;
}

/** Pixels a pointer moves before a click has become a drag. */
const STILL_PX = 5;

export class HeaderGestures {
  readonly #columns: HeaderControls;
  readonly #scroller: HTMLElement;
  readonly #drop = h("div", { class: "tsv-drop-line", hidden: true });
  #pressed: { slot: number; x: number; grip: boolean; width: number } | null = null;
  #to: number | null = null;
  #dragged = false;

  constructor(columns: HeaderControls, scroller: HTMLElement) {
    this.#columns = columns;
    this.#scroller = scroller;
    scroller.append(this.#drop);
    scroller.addEventListener("pointerdown", (event) => this.#down(event));
    scroller.addEventListener("pointermove", (event) => this.#move(event));
    scroller.addEventListener("pointerup", () => this.#end(true));
    scroller.addEventListener("pointercancel", () => this.#end(false));
    scroller.addEventListener("click", (event) => this.#click(event));
    scroller.addEventListener("dblclick", (event) => this.#dblclick(event));
  }

  #slotAt(target: EventTarget | null): number | null {
    const position = this.#columns.positionOf(target);
    return position?.row === HEADER && position.column >= 0 ? position.column : null;
  }

  #down(event: PointerEvent): void {
    const slot = this.#slotAt(event.target);
    this.#dragged = false;
    if (slot === null || event.button !== 0) return;
    const grip = isGrip(event.target);
    // A finger scrolls the header; only the grip is for it.
    if (!grip && event.pointerType === "touch") return;
    this.#pressed = { slot, x: event.clientX, grip, width: this.#columns.widthOf(slot) };
    if (grip) event.preventDefault();
  }

  #move(event: PointerEvent): void {
    if (this.#pressed === null) return;
    const { slot, x, grip, width } = this.#pressed;
    const by = event.clientX - x;
    if (!this.#dragged && Math.abs(by) < STILL_PX) return;
    if (!this.#dragged) this.#scroller.setPointerCapture(event.pointerId);
    this.#dragged = true;
    this.#scroller.classList.add(grip ? "tsv-resizing" : "tsv-dragging");
    if (grip) this.#columns.resize(slot, clamp(width + by, NARROWEST_PX, WIDEST_PX));
    else this.#aim(event);
  }

  /** Show between which columns the dragged one would go. */
  #aim(event: PointerEvent): void {
    const root = this.#scroller.getRootNode() as Document | ShadowRoot;
    const header = root
      .elementFromPoint(event.clientX, this.#scroller.getBoundingClientRect().top + 8)
      ?.closest("[aria-colindex]");
    const slot = this.#slotAt(header ?? null);
    if (!header || slot === null) return;
    const box = header.getBoundingClientRect();
    const behind = event.clientX > box.left + box.width / 2;
    this.#to = slot + (behind ? 1 : 0);
    const frame = this.#scroller.getBoundingClientRect();
    const left = (behind ? box.right : box.left) - frame.left + this.#scroller.scrollLeft;
    this.#drop.style.left = `${left - 2}px`;
    this.#drop.hidden = false;
  }

  #end(moves: boolean): void {
    const { slot, grip } = this.#pressed ?? {};
    const to = this.#to;
    this.#pressed = null;
    this.#to = null;
    this.#drop.hidden = true;
    this.#scroller.classList.remove("tsv-dragging", "tsv-resizing");
    if (!moves || grip || slot === undefined || to === null) return;
    const target = to > slot ? to - 1 : to;
    if (target !== slot) this.#columns.move(slot, target);
  }

  #click(event: MouseEvent): void {
    const slot = this.#slotAt(event.target);
    if (slot === null || this.#dragged || isGrip(event.target)) return;
    if ((event.target as Element).closest(".tsv-menu-mark")) this.#columns.menu(slot);
    else this.#columns.sort(slot, event.shiftKey);
  }

  #dblclick(event: MouseEvent): void {
    const slot = this.#slotAt(event.target);
    if (slot !== null && isGrip(event.target)) this.#columns.resize(slot, null);
  }
}

const isGrip = (target: EventTarget | null): boolean =>
  (target as Element | null)?.classList.contains("tsv-grip") === true;
