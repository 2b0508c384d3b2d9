// The contents of a page for the grid: cells and headers by row and slot, with the search terms in
// them and the sort order. Pure but for what it remembers.

import type { Query } from "../protocol/query.ts";
import type { Sheet } from "../view/sheet.ts";
import { cutEnd, cutName } from "../words/cut-names.ts";
import { type CellContent, type CellLook, simpleLook } from "./contents/cells.ts";
import type { HeaderContent } from "./contents/headers.ts";
import { type SearchTerm, searchTermsOf } from "./contents/highlights.ts";

/** What all cells of a slot have in common. */
interface Slot {
  column: number;
  numeric: boolean;
  leftwards: boolean;
  fits: boolean;
  terms: readonly SearchTerm[];
  look: ((text: string) => CellLook | null) | null;
}

/** A slot whose cells mostly are their texts and nothing else: no marks, no numbers in a format. */
export interface SimpleSlot {
  /** The rows of the block that it is in, and its place in them. */
  rows: string[][];
  place: number;
  look: number;
}

/** What the cells of a column look like; null: as ever. */
export type Looks = (column: number) => ((text: string) => CellLook | null) | null;

/** Which slots are as wide as the texts in them, and for how many pixels of its name each has room. */
export interface Room {
  fits: readonly boolean[];
  named: readonly number[];
  nameWidth: (name: string) => number;
}

export class PageCells {
  readonly sheet: Sheet;
  readonly slots: Int32Array;
  readonly #query: Query;
  readonly #room: Room;
  readonly #sought: string;
  readonly #known: Slot[] = [];
  readonly #simple: (SimpleSlot | null)[] = [];
  readonly #looks: Looks | null;

  readonly #found: readonly SearchTerm[];

  /** `found` is a text that is looked for beside what the query asks. */
  constructor(
    sheet: Sheet,
    slots: Int32Array,
    query: Query,
    room: Room,
    found = "",
    looks: Looks | null = null,
  ) {
    this.#looks = looks;
    this.sheet = sheet;
    this.slots = slots;
    this.#query = query;
    this.#room = room;
    this.#found = found === "" ? [] : [{ text: found, caseless: true, at: "anywhere" }];
    this.#sought = JSON.stringify([query.search, query.filters, found]);
  }

  cell(row: number, slot: number): CellContent {
    const { sheet } = this;
    this.#known[slot] ??= this.#look(slot);
    const { column, numeric, leftwards, fits, terms, look } = this.#known[slot];
    const text = sheet.cell(row, column);
    return {
      text,
      numeric,
      leftwards,
      // Another format may be longer than what the column was measured for.
      fits: fits && look === null,
      look: look && typeof text === "string" ? look(text) : null,
      cut: sheet.cutBytes(row, column),
      terms,
      sought: terms.length > 0 ? this.#sought : "",
    };
  }

  /** A slot with nothing to its cells but their texts; null for any other. */
  simple(slot: number): SimpleSlot | null {
    const known = this.#simple[slot];
    if (known !== undefined) return known;
    this.#known[slot] ??= this.#look(slot);
    const { column, numeric, leftwards, fits, terms, look } = this.#known[slot];
    const more = this.sheet.cut || terms.length > 0 || look !== null;
    const block = more ? null : this.sheet.rowsOf(column);
    const found = block && { ...block, look: simpleLook(numeric, leftwards, fits) };
    this.#simple[slot] = found;
    return found;
  }

  header(slot: number): HeaderContent {
    const column = this.column(slot);
    const sorts = this.#query.sort ?? [];
    const at = sorts.findIndex((sort) => sort.column === column);
    const name = this.sheet.name(column);
    const numeric = this.sheet.numeric(column);
    const leftwards = this.sheet.leftwards(column);
    const room = this.#room.named[slot] ?? Number.POSITIVE_INFINITY;
    const cut = name && Number.isFinite(room) ? this.#cutName(slot, name.text, room) : null;
    const sort = sorts[at] ?? null;
    const rank = sorts.length > 1 ? at + 1 : 0;
    return {
      key: JSON.stringify([column, name, cut, numeric, leftwards, sort, rank]),
      ...{ column, name, cut, numeric, leftwards, sort, rank },
    };
  }

  column(slot: number): number {
    return this.slots[slot] ?? -1;
  }

  /** The parts of a name: what is to be seen of its beginning, what is not, and its end. */
  #cutName(slot: number, name: string, room: number): [string, string, string] | null {
    const beside = [slot - 1, slot + 1].map((other) => this.sheet.name(this.column(other))?.text);
    const near = beside.filter((text): text is string => text !== undefined && text !== name);
    const { nameWidth } = this.#room;
    const parts = cutName(name, near, Math.floor((room / nameWidth(name)) * name.length));
    if (parts === null) return null;
    const [start, end] = parts;
    let shown = start.length - 1;
    while (shown > 0 && nameWidth(`${start.slice(0, shown)}…${end}`) > room) shown--;
    const cut = cutEnd(end, near, (left) => nameWidth(`${start.slice(0, shown)}…${left}`) <= room);
    return [start.slice(0, shown), start.slice(shown) + end.slice(0, cut), end.slice(cut)];
  }

  #look(slot: number): Slot {
    const column = this.column(slot);
    return {
      column,
      numeric: this.sheet.numeric(column),
      leftwards: this.sheet.leftwards(column),
      fits: this.#room.fits[slot] ?? false,
      terms: [...searchTermsOf(this.#query, column), ...this.#found],
      look: this.#looks?.(column) ?? null,
    };
  }
}
