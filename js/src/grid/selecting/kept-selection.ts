// The selection of a viewer, with the page and the view that it is of: it shows again when they
// come back to that page, and is dropped when the rows are others.

import type { Sheet } from "../../view/sheet.ts";
import {
  type Area,
  areaOf,
  NOTHING,
  type Selected,
  type Selection,
  type Size,
  selectedInTable,
} from "./selection.ts";

export class KeptSelection {
  readonly #onselect: (selected: Selected) => void;
  #selection: Selection | null = null;
  #page = 0;
  #view = "";

  constructor(onselect: (selected: Selected) => void) {
    this.#onselect = onselect;
  }

  /** The selection, if it is of this page. */
  on(page: number): Selection | null {
    return page === this.#page ? this.#selection : null;
  }

  area(page: number, size: Size): Area | null {
    const selection = this.on(page);
    return selection && areaOf(selection, size);
  }

  choose(selection: Selection, view: string, sheet: Sheet, slots: Int32Array): void {
    this.#selection = selection;
    this.#page = sheet.page.page;
    this.#view = view;
    const size = { height: sheet.height, width: slots.length };
    this.#onselect(selectedInTable(selection, size, (row) => sheet.rowId(row), slots));
  }

  clear(): void {
    if (this.#selection === null) return;
    this.#selection = null;
    this.#onselect(NOTHING);
  }

  /** Drop a selection of another view. */
  keepTo(view: string): void {
    if (view !== this.#view) this.clear();
  }
}
