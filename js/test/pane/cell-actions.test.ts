import assert from "node:assert/strict";
import { test } from "node:test";
import { filterBy, withFilter } from "../../src/pane/cell-actions.ts";
import { MAX_TEXT } from "../../src/protocol/limits.ts";
import { PENDING } from "../../src/view/sheet.ts";

test("a value is filtered by verbatim, or excluded", () => {
  assert.deepEqual(filterBy(2, "007", null, false), { column: 2, op: "==", value: "007" });
  assert.deepEqual(filterBy(2, "", null, true), { column: 2, op: "!=", value: "" });
});

test("a cell that is missing has no value, which can be asked for all the same", () => {
  assert.deepEqual(filterBy(2, undefined, null, false), { column: 2, op: "missing" });
  assert.deepEqual(filterBy(2, undefined, null, true), { column: 2, op: "present" });
});

test("what is not here as a whole cannot be asked for", () => {
  assert.equal(filterBy(2, "begins so", 90_000, false), null);
  assert.equal(filterBy(2, PENDING, null, false), null);
  assert.equal(filterBy(2, "x".repeat(MAX_TEXT + 1), null, false), null);
});

test("a filter comes to those there are, once", () => {
  const filter = { column: 1, op: "==", value: "a" } as const;
  const once = withFilter({ search: "x", filters: [{ column: 0, op: "missing" }] }, filter);
  assert.deepEqual(once, { search: "x", filters: [{ column: 0, op: "missing" }, filter] });
  assert.equal(withFilter(once, filter), once);
});
