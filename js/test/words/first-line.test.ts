import assert from "node:assert/strict";
import { test } from "node:test";
import type { TableState } from "../../src/protocol/state.ts";
import { areNames, isUnnamed } from "../../src/words/first-line.ts";

test("a row that could be a header is one of different words", () => {
  assert.ok(areNames(["gene", "score"]));
  assert.ok(areNames(["", "sample 1", "sample 2"]));
  const not = [[], [""], ["gene", "3.5"], ["gene", "NA"], ["a", "a"], ["a", ""], ["x".repeat(999)]];
  for (const row of not) assert.ok(!areNames(row), String(row));
});

test("columns are without names where there was told to be no header", () => {
  const table = { columns: 2, status: "complete", reading: {}, told: { header: false } };
  const is = (changes: object) => isUnnamed({ ...table, ...changes } as TableState);
  assert.ok(is({}));
  assert.ok(!is({ told: {} }));
  assert.ok(!is({ told: { header: false, names: ["a", "b"] } }));
  assert.ok(!is({ reading: { names: ["a", "b"] } }));
  assert.ok(!is({ status: "receiving" }));
  assert.ok(!is({ columns: 20_000 }));
});
