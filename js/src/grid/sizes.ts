// The height of rows and the widths of columns on this screen: what the viewer set, else what suits
// the names and cells of the pages seen so far.

import type { Sort } from "../protocol/query.ts";
import type { Page } from "../protocol/state.ts";
import { clamp } from "../ui/numbers.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Columns } from "./arranging/columns.ts";
import type { Density } from "./arranging/preferences.ts";
import { type NaturalWidth, naturalWidths, Rulers } from "./measure.ts";
import { type Geometry, slotStart } from "./viewport.ts";
import {
  COMFORTABLE_PX,
  fitWidths,
  middleOf,
  offsets,
  UNKNOWN_PX,
  USUALLY_NARROWEST_PX,
  widthByCells,
} from "./widths.ts";

/** Rows are so many times as high as letters: 24 pixels by default; higher for fingers. */
const ROWS: Record<Density, number> = { compact: 1.7, normal: 2.05, roomy: 2.7 };
/** A column takes no more than this of the width, as long as there are others. */
const MOST_OF_ROOM = 0.62;
/** Pinned columns that would take more of the width than this scroll with the others. */
const MOST_PINNED = 0.6;

export class Sizes {
  readonly #element: HTMLElement;
  readonly #rulers: Rulers;
  readonly #natural = new Map<number, NaturalWidth>();
  #measured = new WeakSet<Page>();
  /** The width of columns that have not come: that of most that came first. */
  #usual: number | null = null;
  density: Density = "compact";
  /** The width there is for the table. */
  available = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#rulers = new Rulers(element);
  }

  /** Forget the natural widths of other columns. */
  clear(): void {
    this.#natural.clear();
    this.#usual = null;
    this.measureAnew();
  }

  /** Measure also what was measured before: the font may be another one now. */
  measureAnew(): void {
    this.#measured = new WeakSet();
  }

  /**
   * Widen columns for the names and cells of a page, as far as they have come since: they never get
   * narrower while pages are turned.
   */
  measure(sheet: Sheet, sorts: readonly Sort[]): void {
    this.#rulers.update();
    for (const block of sheet.blocks) {
      if (this.#measured.has(block)) continue;
      this.#measured.add(block);
      const { start } = block.columns;
      const found = naturalWidths(sheet, block.columns, sorts, this.#rulers);
      for (const [i, width] of found.entries()) this.#widen(start + i, width);
    }
    this.#usual ??= this.#findUsual();
  }

  #widen(column: number, found: NaturalWidth): void {
    const known = this.#natural.get(column) ?? found;
    const name = Math.max(found.name, known.name);
    const cells = Math.max(found.cells, known.cells);
    this.#natural.set(column, { name, text: found.text, cells });
  }

  #findUsual(): number | null {
    const middle = middleOf([...this.#natural.values()].map(widthByCells));
    return middle === null ? null : clamp(middle, USUALLY_NARROWEST_PX, COMFORTABLE_PX);
  }

  /** Lay out the page: where everything stands now. */
  lay(sheet: Sheet, columns: Columns): Geometry {
    this.available = this.#element.clientWidth;
    const { slots } = columns;
    const numbers = numbersWidth(sheet);
    const widths = this.#widths(columns, this.available - numbers - 1);
    const geometry = {
      rows: sheet.height,
      rowHeight: rowHeight(this.#element, this.density),
      numbers,
      starts: offsets(widths, slots.length),
      fits: widths.map((width, slot) => this.#fits(slots[slot] ?? 0, width)),
      named: widths.map((width, slot) => this.#roomForName(slots[slot] ?? 0, width)),
      nameWidth: (name: string) => this.#rulers.names?.widest([name]) ?? 0,
      pinned: columns.pinnedSlots,
    };
    const pinned = slotStart(geometry, geometry.pinned) + numbers;
    return pinned > MOST_PINNED * this.available ? { ...geometry, pinned: 0 } : geometry;
  }

  /** Whether all texts of a column can be seen, as far as they were measured. */
  #fits(column: number, width: number): boolean {
    const known = this.#natural.get(column);
    return this.#rulers.trusted && known !== undefined && width >= known.cells;
  }

  /** The pixels that there are for the name of a column that is cut, as far as it was measured. */
  #roomForName(column: number, width: number): number {
    const known = this.#natural.get(column);
    const whole = !this.#rulers.trusted || known === undefined || width >= known.name;
    return whole ? Number.POSITIVE_INFINITY : Math.max(0, known.text - (known.name - width));
  }

  #widths(columns: Columns, room: number): number[] {
    const widths = Array.from(columns.slots, (column) => columns.width(column) ?? 0);
    const open = [...widths.keys()].filter((slot) => widths[slot] === 0);
    const taken = widths.reduce((sum, width) => sum + width, 0);
    const known = open.map((slot) => this.#naturalOf(columns.slots[slot] ?? -1));
    // On a phone more than one column is to be seen.
    const most = Math.min(COMFORTABLE_PX, Math.max(UNKNOWN_PX, MOST_OF_ROOM * room));
    const all = known.reduce(
      (sum, { name, cells }) => sum + Math.min(most, Math.max(name, cells)),
      0,
    );
    const crowded = all > room - taken;
    const comfortable = (i: number) =>
      crowded ? Math.min(most, widthByCells(known[i] as NaturalWidth)) : most;
    const wanted = known.map(({ name, cells }) => Math.max(name, cells));
    const fitted = fitWidths(wanted, room - taken, comfortable);
    for (const [i, slot] of open.entries()) widths[slot] = fitted[i] ?? 0;
    return widths;
  }

  #naturalOf(column: number): NaturalWidth {
    const usual = this.#usual ?? UNKNOWN_PX;
    return this.#natural.get(column) ?? { name: usual, text: usual, cells: usual };
  }
}

/** The width of the column of row numbers: the same for all pages, so that turning moves nothing. */
function numbersWidth({ page }: Sheet): number {
  const last = Math.max(page.n_rows, page.first_row + page.page_size);
  return 28 + 8 * String(last).length;
}

function rowHeight(element: HTMLElement, density: Density): number {
  const size = Number.parseFloat(getComputedStyle(element).fontSize) || 13;
  const high = ROWS[matchMedia("(pointer: coarse)").matches ? "roomy" : density];
  return Math.max(24, Math.round(size * high));
}
