// Pointers: where others point, as frames with a name over the cells. They lie over the table, so that
// no cell has more in it than the file.

import { h, setAttr, setText } from "../../ui/dom.ts";

/** Where somebody points on a page. */
export interface Pointer {
  by: string;
  name: string;
  hue: number;
  row: number;
  /** Null: the whole row. */
  slot: number | null;
  /** Whether it is where something was found, and stays. */
  hit?: boolean;
}

/** Finds what a pointer stands over: the cell, or the row's number where that is out of sight. */
export type AnchorOf = (pointer: Pointer) => HTMLElement | null;

export class Pointers {
  readonly #scroller: HTMLElement;
  readonly #anchorOf: AnchorOf;
  readonly #shown = new Map<string, { pointer: Pointer; mark: HTMLElement }>();

  constructor(scroller: HTMLElement, anchorOf: AnchorOf) {
    this.#scroller = scroller;
    this.#anchorOf = anchorOf;
  }

  /** Show these pointers and no others. */
  show(pointers: readonly Pointer[]): void {
    const kept = new Set(pointers.map(({ by }) => by));
    for (const [by, { mark }] of this.#shown) {
      if (kept.has(by)) continue;
      mark.remove();
      this.#shown.delete(by);
    }
    for (const pointer of pointers) this.#set(pointer);
    this.place();
  }

  /** Put them where their cells are now: drawn anew, or scrolled. */
  place(): void {
    if (this.#shown.size === 0) return;
    const { scrollLeft, scrollTop } = this.#scroller;
    const around = this.#scroller.getBoundingClientRect();
    for (const { pointer, mark } of this.#shown.values()) {
      const anchor = this.#anchorOf(pointer)?.getBoundingClientRect();
      setAttr(mark, "hidden", !anchor);
      if (!anchor) continue;
      mark.style.left = `${anchor.left - around.left + scrollLeft - this.#scroller.clientLeft}px`;
      mark.style.top = `${anchor.top - around.top + scrollTop - this.#scroller.clientTop}px`;
      mark.style.width = `${anchor.width}px`;
      mark.style.height = `${anchor.height}px`;
      setAttr(mark, "data-first", pointer.row === 0);
    }
  }

  #set(pointer: Pointer): void {
    const known = this.#shown.get(pointer.by);
    const mark = known?.mark ?? newMark();
    if (!known) this.#scroller.append(mark);
    mark.style.setProperty("--hue", String(pointer.hue));
    setAttr(mark, "data-hit", pointer.hit);
    setText(mark.firstElementChild as Element, pointer.name);
    if (known && (known.pointer.row !== pointer.row || known.pointer.slot !== pointer.slot)) {
      // The glow begins anew.
      for (const animation of mark.getAnimations()) animation.currentTime = 0;
    }
    this.#shown.set(pointer.by, { pointer, mark });
  }
}

const newMark = (): HTMLElement =>
  h("div", { class: "tsv-pointer", "aria-hidden": "true" }, h("span", { dir: "auto" }));
