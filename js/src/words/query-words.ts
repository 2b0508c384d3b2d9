// Queries in words: for chips, the live region and the progress. Pure.

import type { Filter, FilterOp, Query, Sort } from "../protocol/query.ts";
import { isEverything, isNarrow, sameQuery, unsort, withoutFilter } from "../protocol/query.ts";
import type { ViewState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { beginning, inQuotes } from "./format.ts";

export type NameOf = (column: number) => string;

/** Characters of a value that stand in a sentence. */
const SHOWN_CHARACTERS = 40;

export const quoted = (text: string): string =>
  inQuotes(text.length > SHOWN_CHARACTERS ? `${beginning(text, SHOWN_CHARACTERS)}…` : text);

const SIGNS: Partial<Record<FilterOp, string>> = {
  "==": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
};

/** A verb for texts, and the sign that stands for it. */
const verbs = (): Partial<Record<FilterOp, string>> => ({
  "==": texts.opIs,
  "!=": texts.opIsNot,
  contains: texts.opContains,
  startswith: texts.opStartsWith,
  endswith: texts.opEndsWith,
});

/** What a filter says of its column: "> 0.5", "contains “TP53”". */
function conditionWords({ op, value, by }: Filter): string {
  if (op === "missing") return texts.opMissing;
  if (op === "present") return texts.opPresent;
  if (op === "matches")
    return fill(texts.matchesPattern, { pattern: beginning(String(value), SHOWN_CHARACTERS) });
  if (op === "in") return `${texts.opIs} ${choices(value as (string | number)[])}`;
  const verb = verbs()[op] ?? SIGNS[op] ?? op;
  if (value === "") return `${verb} ${texts.emptyWord}`;
  const isText = typeof value === "string" && (by ?? "auto") === "auto";
  return isText ? `${verb} ${quoted(value)}` : `${SIGNS[op] ?? verb} ${value}`;
}

function choices(values: (string | number)[]): string {
  const word = (value: string | number) => (value === "" ? texts.emptyWord : quoted(`${value}`));
  const shown = values.slice(0, 3).map(word);
  const more = values.length - shown.length;
  if (more > 0) return fill(texts.orMore, { values: shown.join(", "), n: more });
  const last = shown.pop() ?? texts.nothing;
  return shown.length > 0 ? fill(texts.orLast, { values: shown.join(", "), last }) : last;
}

export const filterWords = (filter: Filter, nameOf: NameOf): string =>
  `${nameOf(filter.column)} ${conditionWords(filter)}`;

export const sortKinds = (): Record<NonNullable<Sort["by"]>, string> => ({
  auto: texts.sortAuto,
  number: texts.sortNumbers,
  date: texts.sortDates,
  text: texts.sortText,
  caseless: texts.sortAnyCase,
  natural: texts.sortNatural,
});

function sortWords({ column, direction, by = "auto" }: Sort, nameOf: NameOf): string {
  const kind = by === "auto" ? "" : ` ${sortKinds()[by]}`;
  return `${nameOf(column)}${kind}, ${direction === "desc" ? texts.descendingWord : texts.ascendingWord}`;
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
      (key.by ?? "auto") === "auto" ? "" : ` ${sortKinds()[key.by as "number"]}`
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
  if (search !== "") parts.push(fill(texts.inAnyCell, { text: quoted(search) }));
  const by = sort.map((key) => sortWords(key, nameOf)).join(texts.thenBy);
  return [by && fill(texts.sortedBy, { by }), ...parts].filter(Boolean).join("; ");
}

/** How many rows of how many a view has; empty if it is all of them. */
export function matchWords({ query, n_rows, of_rows }: ViewState, rows: number): string {
  if (!isNarrow(query)) return "";
  const part = of_rows < rows ? texts.matchOfFirst : texts.matchOf;
  return fill(part, { found: n_rows, n: of_rows });
}

/** What changed from one query to the next, for the live region. */
export function changeWords(before: Query, view: ViewState, nameOf: NameOf): string {
  const { query, n_rows, of_rows } = view;
  if (isEverything(query)) return fill(texts.allAsInFile, { n: n_rows });
  const sorted = !sameQuery({ sort: before.sort ?? [] }, { sort: query.sort ?? [] });
  const same = sameSelection(before, query);
  const parts: string[] = [];
  if (!same) {
    const narrow = isNarrow(query);
    parts.push(
      narrow ? fill(texts.filteredTo, { n: n_rows }) : fill(texts.allRows, { n: of_rows }),
    );
  }
  if (sorted) parts.push(orderWords(query, nameOf));
  return parts.join(". ");
}

const sameSelection = (before: Query, query: Query): boolean =>
  sameQuery({ ...before, sort: [] }, { ...query, sort: [] });

/** Whether the words of a change say what somebody did, rather than what there is now. */
export function saysWhatWasDone(before: Query, { query }: ViewState): boolean {
  if (isEverything(query)) return false;
  return sameSelection(before, query) ? (query.sort ?? []).length > 0 : isNarrow(query);
}

function orderWords({ sort = [] }: Query, nameOf: NameOf): string {
  if (sort.length === 0) return texts.inFileOrder;
  return fill(texts.sortedByNow, {
    by: sort.map((key) => sortWords(key, nameOf)).join(texts.thenBy),
  });
}

/** The work that leads from one query to the next: "Sorting 5,000,000 rows…". */
export function workWords(before: Query, query: Query, rows: number): string {
  const n = rows;
  if ((query.search ?? "") !== (before.search ?? "")) return fill(texts.searchingRows, { n });
  const sorts = sameQuery({ filters: query.filters ?? [] }, { filters: before.filters ?? [] });
  return fill(sorts ? texts.sortingRows : texts.filteringRows, { n });
}
