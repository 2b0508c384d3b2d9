import assert from "node:assert/strict";
import { test } from "node:test";
import type { Filter, Query } from "../../src/protocol/query.ts";
import type { ViewState } from "../../src/protocol/state.ts";
import {
  changeWords,
  chips,
  filterWords,
  matchWords,
  queryWords,
  workWords,
} from "../../src/words/query-words.ts";

const NAMES = ["gene", "score", "when"];
const nameOf = (column: number) => NAMES[column] ?? `column ${column + 1}`;

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
