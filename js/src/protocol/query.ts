// Queries: which rows of a table, in which order, and how controls change that; the profile of a
// column. As in tsvshare_widget/query.py. Pure.

export interface Sort {
  column: number;
  /** "asc" if absent. */
  direction?: "asc" | "desc";
  /** What the cells are taken for; "auto" if absent. */
  by?: "auto" | "number" | "date" | "text" | "caseless" | "natural";
}

export type FilterOp =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "contains"
  | "startswith"
  | "endswith"
  | "matches"
  | "in"
  | "missing"
  | "present";

export interface Filter {
  column: number;
  op: FilterOp;
  /** A number compares with cells that are numbers, a string verbatim; "in" has several. */
  value?: string | number | (string | number)[];
  /** A string is an exact number, or an ISO 8601 date; "auto" if absent. */
  by?: "auto" | "number" | "date";
  caseless?: boolean;
}

/** A query: which rows of a table, in which order; what is absent is no condition. */
export interface Query {
  sort?: Sort[];
  filters?: Filter[];
  search?: string;
}

/** Which columns are coloured by their numbers; see Heatmap in tsvshare_widget/query.py. */
export interface Heatmap {
  /** All that are of numbers if absent or null. */
  columns?: number[] | null;
  /** "column" if absent. */
  scale?: "column" | "table";
  low?: number | null;
  high?: number | null;
}

/** What can be asked of a table under a name; see SavedView in tsvshare_widget/query.py. */
export interface SavedView {
  id: string;
  name: string;
  query: Query;
  /** Those of columns that the query is about, by position. */
  names: [column: number, name: string][];
}

/** Rows with the same cells (null: missing), and what the numbers of a column are in them. */
export interface Group {
  cells: (string | null)[];
  count: number;
  numbers: number;
  sum: number | null;
  mean: number | null;
  median: number | null;
}

/** The largest of `total` groups of `rows` rows. */
export interface Groups {
  rows: number;
  total: number;
  groups: Group[];
}

/** Two columns of `rows` rows as numbers, or as seconds since 1970 where they are dates. */
export interface Points {
  rows: number;
  points: [x: number, y: number][];
  dates: [x: boolean, y: boolean];
}

/** The profile of a column: what its cells are like; see Profile in tsvshare_widget/query.py. */
export interface Profile {
  column: number;
  kind: "number" | "date" | "text" | "empty";
  rows: number;
  missing: number;
  empty: number;
  na: number;
  /** The most frequent words that `na` counts; absent from older relays. */
  na_words?: [string, number][];
  fitting: number;
  distinct: number;
  exact: boolean;
  minimum: string | null;
  maximum: string | null;
  mean: number | null;
  median: number | null;
  /** Of dates, edges are seconds since 1970 in UTC. */
  histogram: { edges: number[]; counts: number[] } | null;
  top: [string, number][];
  /** How numbers are written in a column of text that may be asked for by number. */
  spelling?: "thousands" | "decimal_comma" | null;
}

export type QuerySettings = Pick<Query, "sort" | "filters" | "search">;

/** The empty query: the table as it is in the file. */
export const EVERYTHING: Query = {};

const sortText = ({ column, direction = "asc", by = "auto" }: Sort) => [column, direction, by];
const filterText = ({ column, op, value, by = "auto", caseless = false }: Filter) => [
  column,
  op,
  value ?? null,
  by,
  caseless,
];

/** A query as a text that is the same for all ways to write it. */
function queryText({ sort = [], filters = [], search = "" }: Query): string {
  return JSON.stringify([sort.map(sortText), filters.map(filterText), search]);
}

export const sameQuery = (one: Query, other: Query): boolean => queryText(one) === queryText(other);

export const isEverything = (query: Query): boolean => sameQuery(query, EVERYTHING);

/** Whether a query leaves rows out. */
export const isNarrow = ({ filters = [], search = "" }: Query): boolean =>
  filters.length > 0 || search !== "";

/** The settings that lead from one query to another: what of `to` differs from `from`. */
export function settingsTo(from: Query, to: Query): QuerySettings {
  const set: QuerySettings = {};
  const { sort = [], filters = [], search = "" } = to;
  if (!sameQuery({ sort }, { sort: from.sort ?? [] })) set.sort = sort;
  if (!sameQuery({ filters }, { filters: from.filters ?? [] })) set.filters = filters;
  if (search !== (from.search ?? "")) set.search = search;
  return set;
}

// --- sorting ----------------------------------------------------------------------------------

export const sortOf = (query: Query, column: number): Sort | null =>
  query.sort?.find((key) => key.column === column) ?? null;

/**
 * Sort by a key: `additive` keeps the other columns, and a column that is sorted by already keeps
 * its place among them.
 */
export function sortBy(query: Query, key: Sort, additive: boolean): Query {
  const before = additive ? (query.sort ?? []) : [];
  const known = before.some(({ column }) => column === key.column);
  const sort = known
    ? before.map((old) => (old.column === key.column ? key : old))
    : [...before, key];
  return { ...query, sort };
}

export const unsort = (query: Query, column: number): Query => ({
  ...query,
  sort: (query.sort ?? []).filter((key) => key.column !== column),
});

/** The sort order after a click on a header: ascending, then descending, then as in the file. */
export function cycleSort(query: Query, column: number, additive: boolean): Query {
  const known = sortOf(query, column);
  const alone = query.sort?.length === 1;
  if (known === null || !(additive || alone)) return sortBy(query, { column }, additive);
  if ((known.direction ?? "asc") === "desc") return unsort(query, column);
  return sortBy(query, { ...known, direction: "desc" }, additive);
}

// --- filters and search -----------------------------------------------------------------------

export const filtersOf = (query: Query, column: number): Filter[] =>
  (query.filters ?? []).filter((filter) => filter.column === column);

/** A query with these filters as all filters of a column. */
export function refilter(query: Query, column: number, filters: Filter[]): Query {
  const others = (query.filters ?? []).filter((filter) => filter.column !== column);
  return { ...query, filters: [...others, ...filters] };
}

export const withoutFilter = (query: Query, index: number): Query => ({
  ...query,
  filters: (query.filters ?? []).filter((_, place) => place !== index),
});

/** A query without what is about columns from position `n` on. */
export function keepColumns({ sort = [], filters = [], search = "" }: Query, n: number): Query {
  const there = ({ column }: { column: number }) => column < n;
  return { sort: sort.filter(there), filters: filters.filter(there), search };
}
