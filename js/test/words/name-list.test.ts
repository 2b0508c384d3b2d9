import assert from "node:assert/strict";
import { test } from "node:test";
import { namesIn } from "../../src/words/name-list.ts";

test("names are pasted as a column, a row, or with commas", () => {
  assert.deepEqual(namesIn("TP53\r\nBRCA1\n\nTP53\n"), ["TP53", "BRCA1"]);
  assert.deepEqual(namesIn("a, b\tc"), ["a, b", "c"]);
  assert.deepEqual(namesIn("TP53, BRCA1;x"), ["TP53", "BRCA1", "x"]);
  assert.deepEqual(namesIn("  "), []);
});

test("quotes of other languages are no part of a name", () => {
  assert.deepEqual(namesIn("\"a\", 'b'"), ["a", "b"]);
  assert.deepEqual(namesIn('"a",\n"b",\nc"d'), ["a", "b", 'c"d']);
});
