import assert from "node:assert/strict";
import { test } from "node:test";
import { QueryHistory } from "../../src/bars/query-history.ts";
import { stepOf } from "../../src/bars/query-steps.ts";
import { NARROW, SORTED } from "../viewers.ts";

test("what was asked is gone back to, and forth, until something else is asked", () => {
  const history = new QueryHistory();
  for (const query of [{}, SORTED, SORTED, NARROW]) history.observe("t", query);
  assert.deepEqual(history.back(), SORTED);
  history.observe("t", SORTED);
  assert.deepEqual(history.back(), {});
  assert.equal(history.back(), null);
  assert.deepEqual(history.forth(), SORTED);
  history.observe("t", SORTED);
  assert.ok(history.hasFuture);
  history.observe("t", { search: "x" });
  assert.ok(!history.hasFuture && history.hasPast);
});

test("another table, or a view of one's own, begins anew", () => {
  const history = new QueryHistory();
  history.observe("t", {});
  history.observe("t", SORTED);
  history.observe("u", NARROW);
  assert.ok(!history.hasPast);
  for (let n = 0; n < 200; n++) history.observe("u", { search: String(n) });
  let steps = 0;
  while (history.back()) steps++;
  assert.equal(steps, 50);
});

test("keys are those of all programs", () => {
  const key = (key: string, more = {}) =>
    stepOf({
      key,
      ctrlKey: true,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      ...more,
    } as never);
  assert.deepEqual([key("z"), key("Z", { shiftKey: true }), key("y")], [-1, 1, 1]);
  assert.deepEqual([key("z", { ctrlKey: false }), key("z", { altKey: true }), key("a")], [0, 0, 0]);
});
