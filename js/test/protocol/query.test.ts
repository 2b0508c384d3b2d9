import assert from "node:assert/strict";
import { test } from "node:test";
import type { Filter, Query } from "../../src/protocol/query.ts";
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
