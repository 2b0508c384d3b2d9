// Queries in words: for chips, the live region and the progress. Pure.

import type { Filter, FilterOp, Query, Sort } from "../protocol/query.ts";
import { isEverything, isNarrow, sameQuery, unsort, withoutFilter } from "../protocol/query.ts";
import type { ViewState } from "../protocol/state.ts";
import { count } from "../texts/texts.ts";
import { beginning, counted } from "./format.ts";

export type NameOf = (column: number) => string;

/** Characters of a value that stand in a sentence. */
const SHOWN_CHARACTERS = 40;

export const quoted = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `“${beginning(text, SHOWN_CHARACTERS)}…”` : `“${text}”`;

const SIGNS: Partial<Record<FilterOp, string>> = {
  "==": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
};

const VERBS: Partial<Record<FilterOp, string>> = {
  "==": "is",
  "!=": "is not",
  contains: "contains",
  startswith: "starts with",
  endswith: "ends with",
};

/** What a filter says of its column: "> 0.5", "contains “TP53”". */
function conditionWords({ op, value, by }: Filter): string {
  if (op === "missing") return "is missing";
  if (op === "present") return "is not missing";
  if (op === "matches") return `matches /${beginning(String(value), SHOWN_CHARACTERS)}/`;
  if (op === "in") return `is ${choices(value as (string | number)[])}`;
  if (value === "") return `${VERBS[op] ?? SIGNS[op]} empty`;
  const isText = typeof value === "string" && (by ?? "auto") === "auto";
  if (isText) return `${VERBS[op] ?? SIGNS[op]} ${quoted(value)}`;
  return `${SIGNS[op] ?? VERBS[op]} ${value}`;
}

function choices(values: (string | number)[]): string {
  const shown = values.slice(0, 3).map((value) => (value === "" ? "empty" : quoted(String(value))));
  const more = values.length - shown.length;
  if (more > 0) return `${shown.join(", ")} or ${count(more)} more`;
  const last = shown.pop() ?? "nothing";
  return shown.length > 0 ? `${shown.join(", ")} or ${last}` : last;
}

export const filterWords = (filter: Filter, nameOf: NameOf): string =>
  `${nameOf(filter.column)} ${conditionWords(filter)}`;

export const SORT_KINDS: Record<NonNullable<Sort["by"]>, string> = {
  auto: "auto",
  number: "as numbers",
  date: "as dates",
  text: "as text",
  caseless: "as text, any case",
  natural: "in natural order",
};

export function sortWords({ column, direction, by = "auto" }: Sort, nameOf: NameOf): string {
  const kind = by === "auto" ? "" : ` ${SORT_KINDS[by]}`;
  return `${nameOf(column)}${kind}, ${direction === "desc" ? "descending" : "ascending"}`;
}

/** A chip: one part of a query that can be removed. */
export interface Chip {
  kind: "sort" | "filter" | "search";
  text: string;
  /** The query without it. */
  without: Query;
}

/** The chips of a query. */
export function chips(query: Query, nameOf: NameOf): Chip[] {
  const { sort = [], filters = [], search = "" } = query;
  const found: Chip[] = sort.map((key) => ({
    kind: "sort",
    text: `${key.direction === "desc" ? "↓" : "↑"} ${nameOf(key.column)}${
      (key.by ?? "auto") === "auto" ? "" : ` ${SORT_KINDS[key.by as "number"]}`
    }`,
    without: unsort(query, key.column),
  }));
  filters.forEach((filter, index) => {
    const text = filterWords(filter, nameOf);
    found.push({ kind: "filter", text, without: withoutFilter(query, index) });
  });
  if (search !== "") {
    found.push({ kind: "search", text: quoted(search), without: { ...query, search: "" } });
  }
  return found;
}

/** A query in a line: "sorted by score, descending; gene contains “TP53”". */
export function queryWords({ sort = [], filters = [], search = "" }: Query, nameOf: NameOf) {
  const parts = filters.map((filter) => filterWords(filter, nameOf));
  if (search !== "") parts.push(`${quoted(search)} in any cell`);
  const by = sort.map((key) => sortWords(key, nameOf)).join(", then ");
  return [by && `sorted by ${by}`, ...parts].filter(Boolean).join("; ");
}

/** How many rows of how many a view has; empty if it is all of them. */
export function matchWords({ query, n_rows, of_rows }: ViewState, rows: number): string {
  if (!isNarrow(query)) return "";
  const all = of_rows < rows ? `the first ${count(of_rows)}` : count(of_rows);
  return `${count(n_rows)} of ${all} ${of_rows === 1 ? "row" : "rows"}`;
}

/** What changed from one query to the next, for the live region. */
export function changeWords(before: Query, view: ViewState, nameOf: NameOf): string {
  const { query, n_rows, of_rows } = view;
  if (isEverything(query)) return `All ${counted(n_rows, "row", "rows")}, as in the file`;
  const sorted = !sameQuery({ sort: before.sort ?? [] }, { sort: query.sort ?? [] });
  const same = sameQuery({ ...before, sort: [] }, { ...query, sort: [] });
  const parts: string[] = [];
  if (!same) {
    const narrowed = isNarrow(query) ? `Filtered to ${counted(n_rows, "row", "rows")}` : "";
    parts.push(narrowed || `All ${counted(of_rows, "row", "rows")}`);
  }
  if (sorted) parts.push(orderWords(query, nameOf));
  return parts.join(". ");
}

function orderWords({ sort = [] }: Query, nameOf: NameOf): string {
  if (sort.length === 0) return "In the order of the file";
  return `Sorted by ${sort.map((key) => sortWords(key, nameOf)).join(", then ")}`;
}

/** The work that leads from one query to the next: "Sorting 5,000,000 rows…". */
export function workWords(before: Query, query: Query, rows: number): string {
  const verb =
    (query.search ?? "") !== (before.search ?? "")
      ? "Searching"
      : sameQuery({ filters: query.filters ?? [] }, { filters: before.filters ?? [] })
        ? "Sorting"
        : "Filtering";
  return `${verb} ${counted(rows, "row", "rows")}…`;
}
