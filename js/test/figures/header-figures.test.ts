import assert from "node:assert/strict";
import { test } from "node:test";
import { headerFigure, rangeFilters } from "../../src/figures/header-figures.ts";
import { binsPath } from "../../src/figures/header-picture.ts";
import type { Profile } from "../../src/protocol/query.ts";

const profile = (changes: Partial<Profile>): Profile => ({
  ...{ column: 2, kind: "number", rows: 100, missing: 0, empty: 0, na: 0, fitting: 100 },
  ...{ distinct: 90, exact: true, minimum: "0", maximum: "30", mean: 1, median: 1 },
  ...{ histogram: null, top: [] },
  ...changes,
});
const NUMBERS = profile({ histogram: { edges: [0, 10, 20, 30], counts: [50, 0, 25] } });

test("numbers are bins that filter by ranges", () => {
  const { kind, shapes, words } = headerFigure(NUMBERS, null);
  assert.deepEqual([kind, words], ["bins", "number"]);
  assert.deepEqual(
    shapes.map(({ height }) => height),
    [1, 0, 0.5],
  );
  assert.equal(shapes[0]?.label, "0 to 10: 50 rows");
  assert.deepEqual(rangeFilters(shapes, 2, 1), [
    { column: 2, op: ">=", value: 10 },
    { column: 2, op: "<=", value: 30 },
  ]);
});

test("of a sample there are parts, not counts, and its ends are open", () => {
  const { shapes, title, words } = headerFigure({ ...NUMBERS, empty: 7 }, 2000);
  assert.equal(shapes[0]?.label, "0 to 10: about 50 % of the rows");
  assert.deepEqual(shapes[0]?.filters, [{ column: 2, op: "<", value: 10 }]);
  assert.deepEqual(shapes[2]?.filters, [{ column: 2, op: ">=", value: 20 }]);
  assert.deepEqual(rangeFilters(shapes, 0, 2), []);
  assert.equal(words, "number · ≈7 % empty");
  assert.match(title, /sample of 2,000 rows/);
});

test("text is its most frequent values and the rest", () => {
  const top: [string, number][] = [
    ["a", 60],
    ["b", 20],
    ["c", 1],
  ];
  const { kind, shapes, rest, words } = headerFigure(
    profile({ kind: "text", top, distinct: 22, na: 3 }),
    null,
  );
  assert.deepEqual([kind, words], ["values", "text · 3 % missing · 22 values"]);
  assert.deepEqual(
    shapes.map(({ width }) => width),
    [0.6, 0.2],
  );
  assert.ok(Math.abs(rest - 0.2) < 1e-9);
  assert.deepEqual(shapes[0]?.filters, [{ column: 2, op: "==", value: "a" }]);
});

test("a column in which all is different, or nothing, says so", () => {
  assert.equal(
    headerFigure(profile({ kind: "text", distinct: 100 }), null).words,
    "text · all different",
  );
  assert.equal(
    headerFigure(profile({ kind: "empty", fitting: 0, rows: 0 }), null).words,
    "no rows",
  );
  assert.equal(headerFigure(profile({ kind: "empty", fitting: 0, empty: 100 }), null).kind, "none");
});

test("bins are one path, and the least of anything can be seen", () => {
  const path = binsPath([{ height: 1 }, { height: 0 }, { height: 0.0001 }]);
  assert.equal(path.split("M").length - 1, 2);
  assert.ok(path.includes("v-20h") && path.includes("v-1.2h"));
});
