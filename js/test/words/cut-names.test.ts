import assert from "node:assert/strict";
import { test } from "node:test";
import { cutInMiddle } from "../../src/words/cut-names.ts";

test("a long plain name keeps its end", () => {
  assert.deepEqual(cutInMiddle("TCGA-AB-1234-01A"), ["TCGA-AB-123", "4-01A"]);
  assert.equal(cutInMiddle("score"), null);
});

test("names that cannot be parted anywhere are not", () => {
  for (const name of [
    "a name with blanks in it",
    "عمود طويل الاسم جدا",
    "x".repeat(500),
    "ab\u00adcdefghijklmnop",
  ])
    assert.equal(cutInMiddle(name), null);
});
