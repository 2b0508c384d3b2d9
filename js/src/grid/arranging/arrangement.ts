// The arrangement of columns by their names: what a viewer made of the columns of a document, for
// each of its tables that has them. Browser-only. Pure.

import type { Page } from "../../protocol/state.ts";
import type { Columns, NamedColumn } from "./columns.ts";

/** Columns are named by keys, see `columnKeys`. */
export interface Arrangement {
  pinned: string[];
  hidden: string[];
  widths: Record<string, number>;
  /** All columns in the viewer's order; absent as long as that is the file's. */
  order?: string[];
  /** The viewer freed the columns that were pinned, whichever are suggested. */
  freed?: true;
  /** The only columns that show, of a table with so many: the names of far ones come late. */
  only?: { of: number; columns: NamedColumn[] };
}

export const AS_IN_FILE: Arrangement = { pinned: [], hidden: [], widths: {} };

/** Which column is meant, in any table, by position: the how-manieth of its name, or its place. */
export type ColumnKeys = ReadonlyMap<number, string>;

/** The keys of the columns whose names are here. */
export function columnKeys(windows: Page["columns"][]): ColumnKeys {
  const keys = new Map<number, string>();
  const seen = new Map<string, number>();
  for (const { start, total, names } of [...windows].sort((a, b) => a.start - b.start)) {
    if (names === null) for (let i = 0; i < total; i++) keys.set(i, `#${i}`);
    names?.forEach((name, i) => {
      if (keys.has(start + i)) return;
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      keys.set(start + i, `${before}:${name}`);
    });
  }
  return keys;
}

/** Arrange columns as a viewer had those with the same keys. */
export function arrangeColumns(
  columns: Columns,
  kept: Arrangement,
  keys: ColumnKeys,
  total = keys.size,
): void {
  const places = new Map([...keys].map(([place, key]) => [key, place]));
  const placesOf = (some: string[]) =>
    some.flatMap((key) => (places.has(key) ? [places.get(key) as number] : []));
  const widths = Object.entries(kept.widths).flatMap(([key, width]) =>
    placesOf([key]).map((place) => [place, width] as const),
  );
  const { pinned, hidden, order, only, freed } = kept;
  const pins = placesOf(pinned);
  columns.arrangement = {
    pinned: pins.length > 0 || freed ? pins : null,
    hidden: placesOf(hidden),
    widths: new Map(widths),
    // The order of a wide table is not kept, but stays while it is there.
    order: order ? placesOf(order) : columns.arrangement.order,
    only: only?.of === total ? only.columns.filter((each) => isStill(each, keys)) : null,
  };
}

/** Whether a column has the name that it had, as far as that is known. */
function isStill([column, name]: NamedColumn, keys: ColumnKeys): boolean {
  const key = keys.get(column);
  return name === "" || key === undefined || key.slice(key.indexOf(":") + 1) === name;
}

/** What is to be kept of columns, beside what was kept of others: those of other tables. */
export function keepArrangement(
  { arrangement }: Columns,
  kept: Arrangement,
  keys: ColumnKeys,
  total = keys.size,
): Arrangement {
  const here = new Set(keys.values());
  const others = (some: string[]) => some.filter((key) => !here.has(key));
  const named = (places: readonly number[]) => places.flatMap((place) => keys.get(place) ?? []);
  const { pinned, hidden, widths, order, only } = arrangement;
  const elsewhere = Object.entries(kept.widths).filter(([key]) => !here.has(key));
  const set = [...widths].flatMap(([place, width]) => named([place]).map((key) => [key, width]));
  const next: Arrangement = {
    pinned: [...named(pinned ?? []), ...others(kept.pinned)],
    hidden: [...named(hidden), ...others(kept.hidden)],
    widths: Object.fromEntries([...elsewhere, ...set]),
  };
  // Of a wide table not all are known, and the others have their place among them.
  if (order && order.length <= keys.size) next.order = named(order);
  if (pinned?.length === 0) next.freed = true;
  if (only) next.only = { of: total, columns: [...only] };
  return next;
}

/** An arrangement as it was written down, of whatever sort that is. */
export function readArrangement(written: unknown): Arrangement {
  const { pinned, hidden, widths, order, freed, only } = Object(written);
  const strings = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  const numbers = Object.entries(Object(widths)).filter(([, width]) => (width as number) > 0);
  const read = {
    pinned: strings(pinned),
    hidden: strings(hidden),
    widths: Object.fromEntries(numbers) as Record<string, number>,
  };
  const chosen = readChosen(only);
  return {
    ...read,
    ...(Array.isArray(order) && { order: strings(order) }),
    ...(freed === true && { freed }),
    ...(chosen && { only: chosen }),
  };
}

function readChosen(written: unknown): Arrangement["only"] | null {
  const { of, columns } = Object(written);
  if (!Number.isInteger(of) || !Array.isArray(columns)) return null;
  const named = columns.filter(
    (each): each is NamedColumn =>
      Array.isArray(each) && Number.isInteger(each[0]) && typeof each[1] === "string",
  );
  return named.length > 0 ? { of, columns: named } : null;
}
