// What a group of rows stands for as filters, and the query whose rows are grouped. Pure.

import type { Filter, Group, Query } from "../protocol/query.ts";
import { refilter } from "../protocol/query.ts";

/** Characters after which the relay cuts the cells that make a group. */
const CUT = 200;

/** What the cells of a column are to be like for their rows to be of a group. */
export function filterFor(column: number, cell: string | null): Filter {
  if (cell === null) return { column, op: "missing" };
  return { column, op: cell.length < CUT ? "==" : "startswith", value: cell };
}

/** The query that is grouped: without what it asks of those columns, so that all groups stay in sight. */
export function ungrouped(query: Query, by: readonly number[]): Query {
  const { filters = [], search = "" } = query;
  const others = filters.filter(({ column }) => !by.includes(column));
  return { ...(others.length > 0 && { filters: others }), ...(search !== "" && { search }) };
}

/** Whether a query has the rows of a group alone. */
export function isChosen(query: Query, by: readonly number[], { cells }: Group): boolean {
  const wanted = by.map((column, i) => filterFor(column, cells[i] ?? null));
  const there = (query.filters ?? []).filter(({ column }) => by.includes(column));
  const text = (filters: Filter[]) =>
    filters
      .map((filter) => plain(filter))
      .sort()
      .join();
  return text(there) === text(wanted);
}

const plain = ({ column, op, value }: Filter): string =>
  JSON.stringify([column, op, value ?? null]);

/** A query with the rows of a group alone, or of all again if it has these. */
export function toggled(query: Query, by: readonly number[], group: Group): Query {
  const chosen = isChosen(query, by, group);
  return by.reduce(
    (asked, column, i) =>
      refilter(asked, column, chosen ? [] : [filterFor(column, group.cells[i] ?? null)]),
    query,
  );
}
