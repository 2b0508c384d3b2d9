import assert from "node:assert/strict";
import { test } from "node:test";
import { Columns } from "../../../src/grid/arranging/columns.ts";

function columns(total: number): Columns {
  const made = new Columns();
  made.total = total;
  return made;
}

test("columns stand as in the file until somebody moves them", () => {
  const some = columns(4);
  assert.deepEqual([...some.slots], [0, 1, 2, 3]);
  some.move(3, 1);
  assert.deepEqual([...some.slots], [0, 3, 1, 2]);
  some.move(0, 3);
  assert.deepEqual([...some.slots], [3, 1, 2, 0]);
  assert.deepEqual(
    [0, 1, 2, 3].map((column) => some.slotOf(column)),
    [3, 1, 2, 0],
  );
});

test("a hidden column has no slot and comes back to its place", () => {
  const some = columns(4);
  some.hideColumn(1);
  assert.deepEqual([...some.slots], [0, 2, 3]);
  assert.equal(some.slotOf(1), -1);
  assert.deepEqual(some.hidden, [1]);
  some.move(3, 0);
  some.showColumn(1);
  assert.deepEqual([...some.slots], [3, 0, 1, 2]);
});

test("the last column cannot be hidden", () => {
  const some = columns(2);
  some.hideColumn(0);
  some.hideColumn(1);
  assert.deepEqual([...some.slots], [1]);
  some.showAllColumns();
  assert.deepEqual([...some.slots], [0, 1]);
});

test("pinned columns come first, and go back to where they were", () => {
  const some = columns(4);
  some.pin(2);
  some.pin(0);
  assert.deepEqual([...some.slots], [2, 0, 1, 3]);
  assert.equal(some.pinnedSlots, 2);
  some.unpin(2);
  assert.deepEqual([...some.slots], [0, 1, 2, 3]);
});

test("moving a column among the pinned ones pins it, and out of them unpins it", () => {
  const some = columns(4);
  some.pin(0);
  some.pin(1);
  some.move(3, 1);
  assert.deepEqual([...some.slots], [0, 3, 1, 2]);
  assert.deepEqual(some.pinned, [0, 3, 1]);
  some.move(0, 3);
  assert.deepEqual([...some.slots], [3, 1, 2, 0]);
  assert.deepEqual(some.pinned, [3, 1]);
});

test("a hidden column is not counted among the pinned slots", () => {
  const some = columns(3);
  some.pin(2);
  some.hideColumn(2);
  assert.equal(some.pinnedSlots, 0);
  assert.deepEqual([...some.slots], [0, 1]);
});

test("columns that a growing table gets come last", () => {
  const some = columns(2);
  some.move(0, 1);
  some.total = 3;
  assert.deepEqual([...some.slots], [1, 0, 2]);
});

test("a width is the viewer's until they give it back", () => {
  const some = columns(2);
  const before = some.version;
  some.resize(1, 200);
  assert.equal(some.width(1), 200);
  assert.notEqual(some.version, before);
  some.resize(1, null);
  assert.equal(some.width(1), null);
});

test("a suggested column is pinned until the viewer pins or frees one", () => {
  const some = columns(4);
  some.suggestPin(1);
  assert.deepEqual([...some.slots], [1, 0, 2, 3]);
  assert.equal(some.arranged, false);
  some.pin(3);
  assert.deepEqual([...some.slots], [1, 3, 0, 2]);
  some.unpin(3);
  some.unpin(1);
  assert.deepEqual([...some.slots], [0, 1, 2, 3]);
  assert.equal(some.arranged, true);
  some.reset();
  assert.deepEqual([...some.slots], [1, 0, 2, 3]);
});

test("only chosen columns show, in their order, beside the pinned ones", () => {
  const some = columns(6);
  some.pin(0);
  some.showOnly([
    [4, "e"],
    [2, "c"],
    [9, "gone"],
  ]);
  assert.deepEqual([...some.slots], [0, 4, 2]);
  assert.deepEqual(some.hidden, [1, 3, 5]);
  some.move(2, 1);
  assert.deepEqual([...some.slots], [0, 2, 4]);
  some.showColumn(5);
  assert.deepEqual([...some.slots], [0, 2, 4, 5]);
  some.hideColumn(2);
  assert.deepEqual([...some.slots], [0, 4, 5]);
  some.showAllColumns();
  assert.deepEqual([...some.slots], [0, 1, 2, 3, 4, 5]);
});

test("20,000 columns are moved and found", () => {
  const some = columns(20_000);
  some.move(19_999, 0);
  assert.equal(some.slotOf(19_999), 0);
  assert.equal(some.slotOf(0), 1);
  assert.equal(some.slots.length, 20_000);
});
