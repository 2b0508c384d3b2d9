import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProfileAnswer } from "../../src/protocol/messages.ts";
import type { Filter, Profile, Query } from "../../src/protocol/query.ts";
import {
  cycleSort,
  isEverything,
  isNarrow,
  keepColumns,
  refilter,
  sameQuery,
  settingsTo,
  sortBy,
  withoutFilter,
} from "../../src/protocol/query.ts";
import type { ViewState } from "../../src/protocol/state.ts";
import {
  emptyFilterDraft,
  type FilterDraft,
  filterDraftOf,
  filtersFrom,
  opsFor,
  refuseFilterDraft,
} from "../../src/words/filter-draft.ts";
import {
  figures,
  histogramBars,
  isoDate,
  partWords,
  short,
  topValueBars,
} from "../../src/words/profile.ts";
import {
  changeWords,
  chips,
  filterWords,
  matchWords,
  queryWords,
  workWords,
} from "../../src/words/query-words.ts";
import { golden } from "../relay.ts";

const NAMES = ["gene", "score", "when"];
const nameOf = (column: number) => NAMES[column] ?? `column ${column + 1}`;

// --- queries ---

test("queries that ask the same are the same however they are written", () => {
  const short: Query = { sort: [{ column: 1 }], search: "" };
  const long: Query = { sort: [{ by: "auto", column: 1, direction: "asc" }], filters: [] };
  assert.ok(sameQuery(short, long));
  assert.ok(!sameQuery(short, { sort: [{ column: 1, direction: "desc" }] }));
  assert.ok(isEverything({ sort: [], filters: [], search: "" }));
  assert.deepEqual([isNarrow(short), isNarrow({ search: "x" })], [false, true]);
});

test("only what differs is set", () => {
  const from: Query = { sort: [{ column: 1 }], search: "a" };
  assert.deepEqual(settingsTo(from, { ...from, search: "b" }), { search: "b" });
  assert.deepEqual(settingsTo(from, {}), { sort: [], search: "" });
  assert.deepEqual(settingsTo({}, { sort: [], filters: [], search: "" }), {});
});

test("clicks on a header sort up, down and not at all", () => {
  const up = cycleSort({}, 1, false);
  assert.deepEqual(up.sort, [{ column: 1 }]);
  const down = cycleSort(up, 1, false);
  assert.deepEqual(down.sort, [{ column: 1, direction: "desc" }]);
  assert.deepEqual(cycleSort(down, 1, false).sort, []);
});

test("further columns are added in click order, and turned over where they stand", () => {
  const both = cycleSort(cycleSort({}, 1, false), 0, true);
  assert.deepEqual(both.sort, [{ column: 1 }, { column: 0 }]);
  const turned = cycleSort(both, 1, true);
  assert.deepEqual(turned.sort, [{ column: 1, direction: "desc" }, { column: 0 }]);
  assert.deepEqual(cycleSort(turned, 1, true).sort, [{ column: 0 }]);
  assert.deepEqual(cycleSort(both, 0, false).sort, [{ column: 0 }]);
  assert.deepEqual(sortBy(both, { column: 2 }, false).sort, [{ column: 2 }]);
});

test("a column's filters are replaced together, others stay", () => {
  const one: Filter = { column: 0, op: "missing" };
  const two: Filter = { column: 1, op: ">", value: 1 };
  const query = { filters: [one, two] };
  assert.deepEqual(refilter(query, 0, []).filters, [two]);
  assert.deepEqual(withoutFilter(query, 1).filters, [one]);
  assert.deepEqual(keepColumns({ ...query, search: "x" }, 1), {
    sort: [],
    filters: [one],
    search: "x",
  });
});

// --- words ---

test("filters in words", () => {
  const words = (filter: Omit<Filter, "column">) => filterWords({ column: 1, ...filter }, nameOf);
  assert.equal(words({ op: ">", value: 0.5 }), "score > 0.5");
  assert.equal(
    words({ op: "<=", value: "9007199254740993", by: "number" }),
    "score ≤ 9007199254740993",
  );
  assert.equal(words({ op: "contains", value: "TP" }), "score contains “TP”");
  assert.equal(words({ op: "==", value: "007" }), "score is “007”");
  assert.equal(words({ op: "==", value: "" }), "score is empty");
  assert.equal(words({ op: "!=", value: "" }), "score is not empty");
  assert.equal(words({ op: "missing" }), "score is missing");
  assert.equal(words({ op: "present" }), "score is not missing");
  assert.equal(words({ op: "matches", value: "^a+$" }), "score matches /^a+$/");
  assert.equal(words({ op: "in", value: ["a", "b"] }), "score is “a” or “b”");
  assert.equal(
    words({ op: "in", value: ["a", "b", "c", "d", "e"] }),
    "score is “a”, “b”, “c” or 2 more",
  );
  assert.match(words({ op: "==", value: "x".repeat(99) }), /x{40}…”$/);
});

test("each part of a question is a chip that can be taken away", () => {
  const query: Query = {
    sort: [
      { column: 1, direction: "desc" },
      { column: 0, by: "natural" },
    ],
    filters: [{ column: 2, op: "missing" }],
    search: "tp53",
  };
  const found = chips(query, nameOf);
  assert.deepEqual(
    found.map(({ kind, text }) => [kind, text]),
    [
      ["sort", "↓ score"],
      ["sort", "↑ gene in natural order"],
      ["filter", "when is missing"],
      ["search", "“tp53”"],
    ],
  );
  assert.deepEqual(found[0]?.without.sort, [{ column: 0, by: "natural" }]);
  assert.deepEqual(found[2]?.without.filters, []);
  assert.deepEqual(found[3]?.without, { ...query, search: "" });
  assert.deepEqual(chips({}, nameOf), []);
  assert.equal(
    queryWords(query, nameOf),
    "sorted by score, descending, then gene in natural order, ascending; when is missing; “tp53” in any cell",
  );
});

const view = (query: Query, n_rows: number, of_rows = 5000): ViewState => ({
  page: 1,
  page_size: 100,
  n_pages: 1,
  n_rows,
  stick: false,
  query,
  of_rows,
  brought: 0,
});

test("it says how many rows of how many, and never hides that there are more", () => {
  const query = { search: "x" };
  const [few, all, part] = [1204, 5000, 4900].map((n) => n.toLocaleString());
  assert.equal(matchWords(view(query, 1204), 5000), `${few} of ${all} rows`);
  assert.equal(matchWords(view(query, 1204, 4900), 5000), `${few} of the first ${part} rows`);
  assert.equal(matchWords(view({ sort: [{ column: 0 }] }, 5000), 5000), "");
});

test("what changed is said for the ear", () => {
  const sorted: Query = { sort: [{ column: 1, direction: "desc" }] };
  const narrow: Query = { ...sorted, filters: [{ column: 0, op: "missing" }] };
  const few = (1204).toLocaleString();
  assert.equal(changeWords({}, view(sorted, 5000), nameOf), "Sorted by score, descending");
  assert.equal(changeWords(sorted, view(narrow, 1204), nameOf), `Filtered to ${few} rows`);
  assert.equal(
    changeWords({}, view(narrow, 1204), nameOf),
    `Filtered to ${few} rows. Sorted by score, descending`,
  );
  assert.match(changeWords(narrow, view({}, 5000), nameOf), /^All .* rows, as in the file$/);
});

test("what is being done has a name", () => {
  const rows = (5_000_000).toLocaleString();
  assert.equal(workWords({}, { sort: [{ column: 0 }] }, 5_000_000), `Sorting ${rows} rows…`);
  assert.match(workWords({}, { filters: [{ column: 0, op: "missing" }] }, 2), /^Filtering 2 rows/);
  assert.match(workWords({}, { search: "x" }, 1), /^Searching 1 row…/);
});

// --- the form ---

const draft = (changes: Partial<FilterDraft>): FilterDraft => ({
  ...emptyFilterDraft("text"),
  ...changes,
});

test("a form means filters", () => {
  const text = (changes: Partial<FilterDraft>) => filtersFrom(draft(changes), 3, "text");
  const column = 3;
  assert.deepEqual(text({ op: "contains", value: " a " }), [
    { column, op: "contains", value: " a ", caseless: true },
  ]);
  assert.deepEqual(text({ op: "==", value: "007", caseless: false }), [
    { column, op: "==", value: "007" },
  ]);
  assert.deepEqual(text({ op: "empty" }), [{ column, op: "==", value: "" }]);
  assert.deepEqual(text({ op: "missing" }), [{ column, op: "missing" }]);
  assert.deepEqual(text({ op: "in", chosen: ["a", ""] }), [{ column, op: "in", value: ["a", ""] }]);
  const number = (value: string) => filtersFrom(draft({ op: ">", value }), 3, "number")[0];
  assert.deepEqual(number(" 0.50 "), { column, op: ">", value: 0.5 });
  assert.deepEqual(number("9007199254740993"), {
    column,
    op: ">",
    value: "9007199254740993",
    by: "number",
  });
  const dates = filtersFrom(draft({ op: "between", value: "2024-01", to: "" }), 3, "date");
  assert.deepEqual(dates, [{ column, op: ">=", value: "2024-01", by: "date" }]);
});

test("filters that were asked fill in the form again", () => {
  for (const changes of [
    { op: "contains", value: "a" },
    { op: "missing" },
    { op: "empty" },
    { op: "in", chosen: ["a"] },
  ] as Partial<FilterDraft>[]) {
    const asked = draft(changes);
    const again = filterDraftOf(filtersFrom(asked, 0, "text"), "text");
    assert.deepEqual(filtersFrom(again, 0, "text"), filtersFrom(asked, 0, "text"));
  }
  const between = draft({ op: "between", value: "1", to: "2" });
  assert.deepEqual(
    filtersFrom(filterDraftOf(filtersFrom(between, 0, "number"), "number"), 0, "number"),
    filtersFrom(between, 0, "number"),
  );
});

test("what cannot be asked is refused at its field", () => {
  assert.equal(refuseFilterDraft(draft({ op: "contains", value: "" }), "text")?.field, "value");
  assert.equal(refuseFilterDraft(draft({ op: "in" }), "text")?.field, "chosen");
  assert.match(
    refuseFilterDraft(draft({ op: ">", value: "1,5" }), "number")?.message ?? "",
    /not a number/,
  );
  assert.equal(
    refuseFilterDraft(draft({ op: "between", value: "1", to: "x" }), "number")?.field,
    "to",
  );
  assert.match(
    refuseFilterDraft(draft({ op: "<", value: "31.5.2024" }), "date")?.message ?? "",
    /not a date/,
  );
  assert.equal(refuseFilterDraft(draft({ op: "<", value: "2024-05-31T14:30Z" }), "date"), null);
  assert.equal(refuseFilterDraft(draft({ op: "contains", value: "1,5" }), "number"), null);
  assert.equal(refuseFilterDraft(draft({ op: "missing" }), "number"), null);
});

test("every kind of column has conditions without doubles", () => {
  for (const kind of ["text", "number", "date"] as const) {
    const ops = opsFor(kind).map(([op]) => op);
    assert.equal(new Set(ops).size, ops.length);
  }
});

// --- the picture ---

const numbers = (golden.relay["profile of numbers"] as ProfileAnswer).profile;

test("a bar of a histogram stands for the rows between its edges, the last for its end as well", () => {
  assert.deepEqual(
    histogramBars(numbers).map(({ label, count, share, filters }) => [
      label,
      count,
      share,
      filters.length,
    ]),
    [
      ["-1000 to -496.5", 1, 1 / 199, 2],
      ["-496.5 to 7", 199, 1, 2],
    ],
  );
  assert.deepEqual(
    histogramBars(numbers).map(({ filters }) => filters.map(({ op, value }) => [op, value])),
    [
      [
        [">=", -1000],
        ["<", -496.5],
      ],
      [
        [">=", -496.5],
        ["<=", 7],
      ],
    ],
  );
});

test("a bar of dates is asked for by dates", () => {
  const profile: Profile = {
    ...numbers,
    kind: "date",
    histogram: { edges: [0, 86_400, 86_400.5], counts: [2, 0] },
  };
  const [first, second] = histogramBars(profile);
  assert.equal(first?.label, "1970-01-01 to 1970-01-02");
  assert.deepEqual(first?.filters[0], { column: 1, op: ">=", value: "1970-01-01", by: "date" });
  assert.equal(second?.filters[1]?.value, "1970-01-02T00:00:00.500Z");
  assert.equal(isoDate(0.000001, true), "1970-01-01T00:00:00.000001Z");
  assert.equal(isoDate(-0.5, true), "1969-12-31T23:59:59.500Z");
});

test("the most frequent cells are asked for verbatim", () => {
  const profile = {
    ...numbers,
    top: [
      ["007", 3],
      ["", 1],
    ] as [string, number][],
  };
  assert.deepEqual(topValueBars(profile)[0]?.filters, [{ column: 1, op: "==", value: "007" }]);
  assert.deepEqual(
    topValueBars(profile).map(({ label, share }) => [label, share]),
    [
      ["007", 1],
      ["(empty)", 1 / 3],
    ],
  );
});

test("figures leave out what there is none of", () => {
  assert.deepEqual(
    figures(numbers).map(({ name }) => name),
    ["Least", "Greatest", "Mean", "Median", "Distinct", "Empty", "Missing", "NA and the like"],
  );
  const text = (golden.relay["profile of text"] as ProfileAnswer).profile;
  assert.deepEqual(
    figures(text).map(({ name }) => name),
    ["Least", "Greatest", "Distinct"],
  );
  assert.match(figures(text)[2]?.value ?? "", /^about 1/);
  assert.equal(partWords(1, 100_000), "1 (under 0.1 %)");
  assert.equal(partWords(12, 1000), "12 (1.2 %)");
  assert.equal(short(0.1 + 0.2), "0.3");
});
