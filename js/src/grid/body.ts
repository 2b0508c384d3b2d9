// The body of the grid. A few rows make a band. Nothing is laid out or painted of a band that is
// out of sight, so that a page turn costs what is in sight; all the same its rows are there, with
// the texts of this page, for whoever searches, selects or reads them.

import { h, KeptStyle } from "../ui/dom.ts";
import type { PageCells } from "./page-cells.ts";
import { BodyRow } from "./rows.ts";
import type { Area } from "./selecting/selection.ts";
import { BAND_ROWS, type RenderRange } from "./viewport.ts";

/** The rows of a page that are drawn, as far from the top as the rows above them are high. */
export class Body {
  readonly element = h("tbody", { role: "rowgroup" });
  readonly #style = new KeptStyle(this.element);
  readonly #bands = new Map<number, Band>();
  /** What the rows that wait will show. */
  #next: BandContent | null = null;

  cell(row: number, slot: number): HTMLElement | null {
    const band = this.#bands.get(Math.floor(row / BAND_ROWS));
    if (band?.waits && this.#next) band.draw(...this.#next, true);
    return band?.cell(row, slot) ?? null;
  }

  /**
   * Draw the rows of a range, which begins with a band. Those that are drawn already may wait for
   * drawRest(), unless they are among the rows `near`.
   */
  draw(
    cells: PageCells,
    pinned: number,
    range: RenderRange,
    fresh: boolean,
    near: Pick<RenderRange, "top" | "bottom"> = range,
  ): void {
    this.#next = [cells, pinned, range];
    const first = Math.floor(range.top / BAND_ROWS);
    const end = Math.ceil(range.bottom / BAND_ROWS);
    for (const [place, band] of this.#bands) {
      if (place >= first && place < end) continue;
      band.element.remove();
      this.#bands.delete(place);
    }
    let last: Band | null = null;
    for (let place = first; place < end; place++) {
      const known: Band | undefined = this.#bands.get(place);
      const band: Band = known ?? this.#insert(place, last);
      const top = place * BAND_ROWS;
      const far = top >= near.bottom || top + BAND_ROWS <= near.top;
      if (known && far && fresh) band.waits = true;
      else band.draw(cells, pinned, range, fresh);
      last = band;
    }
    this.#style.set("--above", String(range.top));
    this.#style.set("--rows", String(cells.sheet.height));
  }

  /** Draw the rows that wait. */
  drawRest(): void {
    const next = this.#next;
    if (next) for (const band of this.#bands.values()) if (band.waits) band.draw(...next, true);
  }

  select(area: Area | null): void {
    for (const band of this.#bands.values()) band.select(area);
  }

  /** Say where in the file a row stands. */
  sayWhere(cells: PageCells, row: number): void {
    this.#bands
      .get(Math.floor(row / BAND_ROWS))
      ?.line(row)
      ?.sayWhere(cells);
  }

  #insert(place: number, last: Band | null): Band {
    const band = new Band(place * BAND_ROWS);
    this.#bands.set(place, band);
    if (last) last.element.after(band.element);
    else this.element.prepend(band.element);
    return band;
  }
}

/** A page, how many slots are pinned, and what of it is drawn. */
type BandContent = [PageCells, number, RenderRange];

/** Some rows that come into sight together: `rows` is what may be skipped, `element` clips it. */
class Band {
  readonly element: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #top: number;
  readonly #lines: BodyRow[] = [];
  #count = 0;
  /** Whether it shows another page than the rows in sight, and is to be drawn. */
  waits = false;

  constructor(top: number) {
    this.#top = top;
    this.#rows = h("div", { role: "presentation" });
    this.element = h("div", { class: "tsv-band", role: "presentation" }, this.#rows);
  }

  cell(row: number, slot: number): HTMLElement | null {
    return this.line(row)?.cell(slot) ?? null;
  }

  line(row: number): BodyRow | undefined {
    return this.#lines[row - this.#top];
  }

  draw(cells: PageCells, pinned: number, range: RenderRange, changed: boolean): void {
    const fresh = changed || this.waits;
    this.waits = false;
    const count = Math.min(BAND_ROWS, range.bottom - this.#top);
    for (const line of this.#lines.splice(count)) line.element.remove();
    for (let i = 0; i < count; i++) {
      const known = this.#lines[i];
      const line = known ?? this.#add(i);
      if (fresh || !known) line.number(cells);
      line.draw(cells, pinned, range, fresh || !known);
    }
    if (count !== this.#count) this.element.style.setProperty("--here", String(count));
    this.#count = count;
  }

  select(area: Area | null): void {
    for (const line of this.#lines) line.select(area);
  }

  #add(place: number): BodyRow {
    const line = new BodyRow(this.#top + place);
    this.#lines[place] = line;
    this.#rows.append(line.element);
    return line;
  }
}
