import assert from "node:assert/strict";
import { test } from "node:test";
import { filterFor, isChosen, toggled, ungrouped } from "../../src/charts/group-filters.ts";
import { pathOf, round, scaleOf } from "../../src/charts/scale.ts";
import type { Group, Query } from "../../src/protocol/query.ts";

const group = (...cells: (string | null)[]): Group => ({
  ...{ cells, count: 1, numbers: 0, sum: null, mean: null, median: null },
});
const OTHER = { column: 5, op: ">", value: 3 } as const;
const QUERY: Query = { sort: [{ column: 1 }], filters: [OTHER], search: "x" };

test("a group is chosen by its cells, and all rows come back by choosing it again", () => {
  const by = [0, 2];
  const chosen = toggled(QUERY, by, group("a", null));
  assert.deepEqual(chosen.filters, [
    OTHER,
    { column: 0, op: "==", value: "a" },
    { column: 2, op: "missing" },
  ]);
  assert.ok(isChosen(chosen, by, group("a", null)));
  assert.ok(!isChosen(chosen, by, group("a", "")));
  assert.ok(!isChosen(QUERY, by, group("a", null)));
  const another = toggled(chosen, by, group("b", "c"));
  assert.equal(another.filters?.length, 3);
  assert.ok(isChosen(another, by, group("b", "c")));
  assert.deepEqual(toggled(another, by, group("b", "c")), QUERY);
});

test("what is asked of the grouped columns leaves the other groups in sight", () => {
  const chosen = toggled(QUERY, [0], group("a"));
  assert.deepEqual(ungrouped(chosen, [0]), { filters: [OTHER], search: "x" });
  assert.deepEqual(ungrouped({ sort: [{ column: 1 }] }, [0]), {});
});

test("a cell that the relay cut stands for those that begin so", () => {
  assert.equal(filterFor(0, "a".repeat(200)).op, "startswith");
  assert.deepEqual(filterFor(0, ""), { column: 0, op: "==", value: "" });
});

test("a scale goes from the least to the greatest value, with round marks", () => {
  const scale = scaleOf([3, 17.5, 9], false);
  assert.deepEqual([scale.low, scale.high, scale.at(3), scale.at(17.5)], [3, 17.5, 0, 1]);
  assert.deepEqual(
    scale.marks.map(({ label }) => label),
    ["5", "10", "15"],
  );
  assert.deepEqual(round(-0.3, 0.3), [-0.2, 0, 0.2]);
  assert.deepEqual(round(0, 1e9), [0, 2e8, 4e8, 6e8, 8e8, 1e9]);
  const one = scaleOf([4, 4], false);
  assert.deepEqual([one.at(4), one.marks.map(({ value }) => value)], [0.5, [4]]);
  const days = scaleOf([0, 172_800], true).marks.map(({ label }) => label);
  assert.deepEqual(days, ["1970-01-01", "1970-01-02", "1970-01-03"]);
});

test("points are dots, or a line in their order", () => {
  const places = [
    [1, 2],
    [3.14159, 0],
  ] as const;
  assert.equal(pathOf(places, false), "M1 2h0M3.1 0h0");
  assert.equal(pathOf(places, true), "M1 2L3.1 0");
});
