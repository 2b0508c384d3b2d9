// Links to a view, a page and a query: `#view=...`, beside the key if there is one. Pure.
//
// A query names columns by position, and another table may have come since: their names go with it,
// and the query of the link is about the columns that have these names.

import { MAX_PAGE_SIZE, MAX_TEXT } from "../protocol/limits.ts";
import type { Query, QuerySettings } from "../protocol/query.ts";
import type { ViewState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { quoted } from "../words/query-words.ts";

/** The names of the columns of a query, by position, as far as they are known. */
export type NamesInLink = Record<string, string>;

/** A view in a link. */
export interface LinkedView {
  page: number;
  page_size: number;
  query: Query;
  names: NamesInLink;
  /** The row that it leads to, by its id, and the column. */
  at?: LinkedSpot;
}

export interface LinkedSpot {
  row: number;
  column: number | null;
}

/** A link that opens at a view; `url` may carry a key in its fragment. */
export function linkToView(url: string, { page, page_size, query, names, at }: LinkedView): string {
  const { sort, filters, search } = query;
  const parts: QuerySettings & { names?: NamesInLink; at?: [number, number | null] } = {};
  if (sort?.length) parts.sort = sort;
  if (filters?.length) parts.filters = filters;
  if (search) parts.search = search;
  if (Object.keys(names).length > 0) parts.names = names;
  if (at) parts.at = [at.row, at.column];
  const view = encodeURIComponent(JSON.stringify({ page, size: page_size, ...parts }));
  return `${url}${url.includes("#") ? "&" : "#"}view=${view}`;
}

/**
 * A view for a link; `known` gives the name of a column, as far as it came. `also` is a column that
 * the link is about beside those of its query.
 */
export function viewToLink(
  { page, page_size, query }: ViewState,
  known: (column: number) => string | undefined,
  also: number | null = null,
): LinkedView {
  const names: NamesInLink = {};
  for (const column of [...columnsOf(query), ...(also === null ? [] : [also])]) {
    const name = known(column);
    if (name && name.length <= MAX_TEXT) names[column] = name;
  }
  return { page, page_size, query, names };
}

function columnsOf({ sort = [], filters = [] }: Query): number[] {
  return [...new Set([...sort, ...filters].map(({ column }) => column))];
}

/** The view in a link; null if there is none, or none that we understand. */
export function readView(text: string | null): LinkedView | null {
  if (text === null) return null;
  try {
    const parts = JSON.parse(text);
    const { page = 1, size, sort = [], filters = [], search = "", names = {}, at } = parts;
    const counts = isCount(page) && isCount(size) && size <= MAX_PAGE_SIZE;
    const columns = [...sort, ...filters].every(({ column }) => Number.isInteger(column));
    const texts = [search, ...Object.values(names)].every((value) => typeof value === "string");
    if (!counts || !columns || !texts) return null;
    const spot = readSpot(at);
    const query = { sort, filters, search };
    return { page, page_size: size, query, names, ...(spot && { at: spot }) };
  } catch {
    return null;
  }
}

/** Where a link leads to within its page; null if that is not understood. */
function readSpot(at: unknown): LinkedSpot | null {
  const [row, column = null] = Array.isArray(at) ? at : [];
  const place = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  return place(row) && (column === null || place(column)) ? { row, column } : null;
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;

/** The columns that are found by a text, as the relay answers. */
export type FindByName = (name: string) => Promise<[column: number, name: string][]>;

/**
 * The query of a link for the table that is there now, of `width` columns: about the columns
 * that have the names. Parts about others are left out; `lost` has their names.
 */
export async function resolveColumns(
  query: Query,
  names: NamesInLink,
  width: number,
  find: FindByName,
): Promise<{ query: Query; lost: string[] }> {
  const places = new Map<number, number>();
  const lost: string[] = [];
  for (const column of columnsOf(query)) {
    const name = names[column];
    const place = name === undefined ? column : await placeOf(column, name, find);
    if (place >= 0 && place < width) places.set(column, place);
    else lost.push(name ?? fill(texts.columnNumber, { n: column + 1 }));
  }
  return { query: moveColumns(query, places), lost };
}

/** The column of a spot in the table that is there now; null if it is not among its columns. */
export async function resolveColumn(
  column: number | null,
  names: NamesInLink,
  width: number,
  find: FindByName,
): Promise<number | null> {
  if (column === null) return null;
  const name = names[column];
  const place = name === undefined ? column : await placeOf(column, name, find);
  return place >= 0 && place < width ? place : null;
}

/** Where a column is that has this name: at its place, or where it is the only one; else -1. */
async function placeOf(column: number, name: string, find: FindByName): Promise<number> {
  const same = (await find(name)).filter(([, found]) => found === name).map(([place]) => place);
  if (same.includes(column)) return column;
  return same.length === 1 ? (same[0] as number) : -1;
}

function moveColumns({ sort = [], filters = [], search = "" }: Query, places: Map<number, number>) {
  const there = <Part extends { column: number }>(parts: Part[]): Part[] =>
    parts.flatMap((part) => {
      const column = places.get(part.column);
      return column === undefined ? [] : [{ ...part, column }];
    });
  return { sort: there(sort), filters: there(filters), search };
}

/** What to say of columns that are asked about and that the table lacks. */
export function missingWords(lost: string[]): string {
  const which = lost.map(quoted).join(", ");
  return fill(texts.columnsLost, { n: lost.length, which });
}
