// The height of rows and the widths of columns on this screen: what the viewer set, else what suits
// the names and cells of the pages seen so far.

import { PAGE_COLUMNS } from "../protocol/limits.ts";
import type { Sort } from "../protocol/query.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Columns } from "./columns.ts";
import { naturalWidths, Rulers } from "./measure.ts";
import { type Geometry, slotStart } from "./viewport.ts";
import { COMFORTABLE_PX, fitWidths, offsets, UNKNOWN_PX } from "./widths.ts";

/** Rows are so many times as high as letters; higher where fingers point at them. */
const ROW = 2.05;
const ROW_TO_TOUCH = 2.7;
/** A column takes no more than this of the width, as long as there are others. */
const MOST_OF_ROOM = 0.62;
/** Pinned columns that would take more of the width than this scroll with the others. */
const MOST_PINNED = 0.6;

export class Sizes {
  readonly #element: HTMLElement;
  readonly #rulers: Rulers;
  #naturalWidths: number[] = [];
  /** The width there is for the table. */
  available = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#rulers = new Rulers(element);
  }

  /** Forget the natural widths of other columns. */
  clear(): void {
    this.#naturalWidths = [];
  }

  /** Widen columns for the cells of a page: they never get narrower while pages are turned. */
  measure(sheet: Sheet, sorts: readonly Sort[]): void {
    const count = Math.min(sheet.width, PAGE_COLUMNS);
    this.#rulers.update();
    const wanted = naturalWidths(sheet, count, sorts, this.#rulers);
    this.#naturalWidths = wanted.map((width, i) => Math.max(width, this.#naturalWidths[i] ?? 0));
  }

  /** Lay out the page: where everything stands now. */
  lay(sheet: Sheet, columns: Columns): Geometry {
    this.available = this.#element.clientWidth;
    const { slots } = columns;
    const numbers = numbersWidth(sheet);
    const widths = this.#widths(columns, this.available - numbers - 1);
    const geometry = {
      rows: sheet.height,
      rowHeight: rowHeight(this.#element),
      numbers,
      starts: offsets(widths, slots.length),
      fits: widths.map((width, slot) => this.#fits(slots[slot] ?? 0, width)),
      pinned: columns.pinnedSlots,
    };
    const pinned = slotStart(geometry, geometry.pinned) + numbers;
    return pinned > MOST_PINNED * this.available ? { ...geometry, pinned: 0 } : geometry;
  }

  /** Whether all texts of a column can be seen, as far as they were measured. */
  #fits(column: number, width: number): boolean {
    const natural = this.#naturalWidths[column] ?? 0;
    return this.#rulers.trusted && natural > 0 && width >= natural;
  }

  #widths(columns: Columns, room: number): number[] {
    const { slots } = columns;
    const setWidth = (column: number) => columns.width(column);
    const open = [...slots].filter((column) => setWidth(column) === null && column < PAGE_COLUMNS);
    const taken = [...slots].reduce((sum, column) => sum + (setWidth(column) ?? 0), 0);
    const wide = slots.length > PAGE_COLUMNS;
    const naturalWidths = open.map((column) => this.#naturalWidths[column] ?? 0);
    // On a phone more than one column is to be seen.
    const most = Math.min(COMFORTABLE_PX, Math.max(UNKNOWN_PX, MOST_OF_ROOM * room));
    const fitted = fitWidths(naturalWidths, wide ? 0 : room - taken, most);
    const widths = new Map(open.map((column, i) => [column, fitted[i] ?? 0]));
    return Array.from(slots, (column) => setWidth(column) ?? widths.get(column) ?? UNKNOWN_PX);
  }
}

/** The width of the column of row numbers. */
function numbersWidth({ page }: Sheet): number {
  return 28 + 8 * String(page.first_row + page.page_size).length;
}

function rowHeight(element: HTMLElement): number {
  const size = Number.parseFloat(getComputedStyle(element).fontSize) || 13;
  return Math.round(size * (matchMedia("(pointer: coarse)").matches ? ROW_TO_TOUCH : ROW));
}
