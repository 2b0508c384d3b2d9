import assert from "node:assert/strict";
import { test } from "node:test";
import { growthWords, newRowsWords } from "../../src/bars/growth-note.ts";

test("how fast rows come is said with as many digits as say something", () => {
  assert.equal(growthWords(null), "growing");
  assert.equal(growthWords(1234.4), "growing, 1,234 rows/s");
  assert.equal(growthWords(2.46), "growing, 2.5 rows/s");
  assert.equal(growthWords(1), "growing, 1 row/s");
});

test("new rows are counted", () => {
  assert.deepEqual([newRowsWords(1), newRowsWords(1200)], ["1 new row", "1,200 new rows"]);
});
