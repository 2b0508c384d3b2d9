import assert from "node:assert/strict";
import { test } from "node:test";
import {
  COMFORTABLE_PX,
  fitWidths,
  inSight,
  middleOf,
  NAME_PX,
  offsets,
  UNKNOWN_PX,
  USUALLY_NARROWEST_PX,
  WIDEST_PX,
  widthByCells,
} from "../../src/grid/widths.ts";

test("columns get what they want up to a comfortable width", () => {
  assert.deepEqual(fitWidths([10, 100, 900], 0), [USUALLY_NARROWEST_PX, 100, COMFORTABLE_PX]);
});

test("room to spare goes to the columns that want more, and no further than they want", () => {
  assert.deepEqual(fitWidths([100, 900, 400], 1000), [100, 500, 400]);
  assert.deepEqual(fitWidths([100, 100], 1000), [100, 100]);
  assert.deepEqual(fitWidths([5000], 9000), [WIDEST_PX]);
});

test("where there is little room, less is comfortable", () => {
  assert.deepEqual(fitWidths([900, 80], 0, 200), [200, 80]);
});

test("where columns are crowded a long name makes none wider than its cells", () => {
  assert.equal(widthByCells({ name: 300, cells: 60 }), NAME_PX);
  assert.equal(widthByCells({ name: 70, cells: 60 }), 70);
  assert.equal(widthByCells({ name: 300, cells: 200 }), 200);
  // Row numbers, a pinned column of names and ten samples fit on 1280 pixels.
  assert.ok(52 + 160 + 10 * NAME_PX <= 1280);
});

test("what is usual is in the middle", () => {
  assert.equal(middleOf([90, 10, 50]), 50);
  assert.equal(middleOf([]), null);
});

test("columns about which nothing is known have a width too", () => {
  assert.deepEqual(
    [...offsets([100, 50], 4)],
    [0, 100, 150, 150 + UNKNOWN_PX, 150 + 2 * UNKNOWN_PX],
  );
  assert.deepEqual([...offsets([], 0)], [0]);
});

test("the columns in sight are those that touch the window", () => {
  const starts = offsets([100, 50, 200], 3);
  assert.deepEqual(inSight(starts, 0, 100), [0, 1]);
  assert.deepEqual(inSight(starts, 99, 151), [0, 3]);
  assert.deepEqual(inSight(starts, 100, 150), [1, 2]);
  assert.deepEqual(inSight(starts, 340, 9000), [2, 3]);
  assert.deepEqual(inSight(offsets([], 0), 0, 100), [0, 0]);
});

test("of 20,000 columns the ones in the middle are found", () => {
  const starts = offsets([], 20_000);
  assert.deepEqual(inSight(starts, 10_000 * UNKNOWN_PX, 10_005 * UNKNOWN_PX), [10_000, 10_005]);
});
