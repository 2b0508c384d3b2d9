import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AS_IN_FILE,
  arrangeColumns,
  columnKeys,
  keepArrangement,
  readArrangement,
} from "../../../src/grid/arranging/arrangement.ts";
import { Columns } from "../../../src/grid/arranging/columns.ts";

const keysOf = (...names: string[]) => columnKeys([{ start: 0, total: names.length, names }]);

function columns(total: number): Columns {
  const made = new Columns();
  made.total = total;
  return made;
}

/** What a viewer makes of the columns gene, score, note. */
function arranged(): Columns {
  const some = columns(3);
  some.pin(1);
  some.hideColumn(2);
  some.resize(0, 300);
  return some;
}

test("columns are arranged by their names, wherever these are in another table", () => {
  const kept = keepArrangement(arranged(), AS_IN_FILE, keysOf("gene", "score", "note"));
  const others = columns(4);
  arrangeColumns(others, kept, keysOf("note", "id", "score", "gene"));
  assert.deepEqual([...others.slots], [2, 1, 3]);
  assert.deepEqual([others.pinned, others.hidden, others.width(3)], [[2], [0], 300]);
});

test("what is known of columns that a table lacks is kept for one that has them", () => {
  const kept = keepArrangement(arranged(), AS_IN_FILE, keysOf("gene", "score", "note"));
  const others = columns(1);
  arrangeColumns(others, kept, keysOf("gene"));
  others.resize(0, null);
  const later = keepArrangement(others, kept, keysOf("gene"));
  assert.deepEqual(later, { pinned: ["0:score"], hidden: ["0:note"], widths: {} });
});

test("names that occur twice are told apart by their order, columns without names by place", () => {
  assert.deepEqual([...keysOf("x", "y", "x").values()], ["0:x", "0:y", "1:x"]);
  assert.deepEqual([...columnKeys([{ start: 0, total: 2, names: null }]).values()], ["#0", "#1"]);
});

test("columns that were moved stand in that order, those that are new behind them", () => {
  const some = columns(3);
  some.move(2, 0);
  const kept = keepArrangement(some, AS_IN_FILE, keysOf("a", "b", "c"));
  const others = columns(4);
  arrangeColumns(others, kept, keysOf("new", "a", "b", "c"));
  assert.deepEqual([...others.slots], [3, 1, 2, 0]);
});

test("of a wide table only some names are known, and its order is not kept", () => {
  const wide = columns(300);
  wide.move(250, 0);
  const keys = columnKeys([{ start: 0, total: 300, names: ["a", "b"] }]);
  assert.deepEqual(keepArrangement(wide, AS_IN_FILE, keys), AS_IN_FILE);
});

test("columns that were freed stay so, and those that were chosen show again in the same table", () => {
  const some = columns(3);
  some.suggestPin(0);
  some.unpin(0);
  some.showOnly([
    [2, "c"],
    [0, "a"],
  ]);
  const kept = keepArrangement(some, AS_IN_FILE, keysOf("a", "b", "c"));
  const again = columns(3);
  again.suggestPin(0);
  arrangeColumns(again, readArrangement(JSON.parse(JSON.stringify(kept))), keysOf("a", "b", "c"));
  assert.deepEqual([...again.slots], [2, 0]);
  const renamed = columns(3);
  arrangeColumns(renamed, kept, keysOf("a", "b", "x"));
  assert.deepEqual([...renamed.slots], [0]);
  const wider = columns(4);
  arrangeColumns(wider, kept, keysOf("a", "b", "c", "d"));
  assert.deepEqual([...wider.slots], [0, 1, 2, 3]);
});

test("a table of which all columns are hidden shows them", () => {
  const kept = { ...AS_IN_FILE, hidden: ["0:a", "0:b"] };
  const others = columns(2);
  arrangeColumns(others, kept, keysOf("a", "b"));
  assert.deepEqual([...others.slots], [0, 1]);
});

test("what was not written by this page is read as far as it makes sense", () => {
  for (const nonsense of [undefined, null, 7, "x", [], { pinned: 3, hidden: [1], widths: [null] }])
    assert.deepEqual(readArrangement(nonsense), AS_IN_FILE);
  const written = { pinned: ["0:a"], hidden: [], widths: { "0:a": 90 }, order: ["0:a"] };
  assert.deepEqual(readArrangement(JSON.parse(JSON.stringify(written))), written);
});
