// The tail: a view that sticks to the end keeps its newest row in sight, as long as the reader does
// not scroll away from it, and rows that have just come light up. Browser-only.

import type { ViewState } from "../../protocol/state.ts";
import type { Sheet } from "../../view/sheet.ts";

const LIT_MS = 1500;
/** Pixels from the end that count as being there. */
const NEAR_PX = 8;

/** The part of the scrolling element that a tail uses. */
export interface Scroller {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

export class Tail {
  readonly #scroller: Scroller;
  #stuck = false;

  constructor(scroller: Scroller) {
    this.#scroller = scroller;
  }

  /** Whether the end is to be in sight once `view` is drawn; asked before anything is. */
  keeps({ stick }: Pick<ViewState, "stick">): boolean {
    const keeps = stick && (!this.#stuck || this.#atEnd);
    this.#stuck = stick;
    return keeps;
  }

  /** Bring the end into sight. */
  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  get #atEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollTop + clientHeight >= scrollHeight - NEAR_PX;
  }
}

/** The rows of a page that came since a view was shown: those that it did not know. */
export function newRows(before: ViewState | null, sheet: Sheet, view: ViewState): number[] {
  if (before === null || view.of_rows <= before.of_rows || before.of_rows === 0) return [];
  if (JSON.stringify(before.query) !== JSON.stringify(view.query)) return [];
  const rows = Array.from({ length: sheet.height }, (_, row) => row);
  return rows.filter((row) => sheet.rowId(row) >= before.of_rows);
}

/** Let rows light up softly; not where motion is unwelcome. */
export function lightUp(elements: Iterable<Element>): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const element of elements) {
    const colour = getComputedStyle(element).getPropertyValue("--selected");
    element.animate([{ backgroundColor: colour }, {}], LIT_MS);
  }
}
