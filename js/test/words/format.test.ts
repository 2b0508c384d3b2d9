import assert from "node:assert/strict";
import { test } from "node:test";
import {
  beginning,
  bytes,
  edges,
  inDigits,
  inQuotes,
  plain,
  rowRange,
  visible,
} from "../../src/words/format.ts";

test("sizes have three digits at most and the unit that fits", () => {
  const sizes = [0, 1, 999, 1000, 1240, 999_499, 999_999, 5_242_880, 1e10];
  const texts = sizes.map((size) => bytes(size));
  assert.deepEqual(texts, [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1 kB",
    "1.24 kB",
    "999 kB",
    "1 MB",
    "5.24 MB",
    "10 GB",
  ]);
});

test("digits before the point are never rounded away", () => {
  const numbers = [41_856_864.785, 36_898_721_045, -101_944.75, 5.061127, 0, 1.24e20, 123.6e-9];
  assert.deepEqual(
    numbers.map((number) => inDigits(number, 3)),
    [41_856_865, 36_898_721_045, -101_945, 5.06, 0, 1.24e20, 1.24e-7],
  );
  assert.equal(inDigits(Number.POSITIVE_INFINITY, 3), Number.POSITIVE_INFINITY);
});

test("a text is quoted as the language does it", () => {
  assert.equal(inQuotes("TP53"), "“TP53”");
});

test("the rows of a page are said as people count", () => {
  assert.equal(rowRange(200, 100, 12012), "rows 201–300 of 12,012");
  assert.equal(rowRange(12000, 1, 12001), "row 12,001 of 12,001");
  assert.equal(rowRange(0, 0, 0), "no rows");
  assert.equal(rowRange(0, 0, 7), "7 rows");
});

const drawn = (text: string) => visible(text).map((part) => part.text);

test("characters that would not be seen become symbols that say what they stand for", () => {
  assert.deepEqual(visible("a\tb"), [
    { text: "a", stands: null },
    { text: "␉", stands: "U+0009" },
    { text: "b", stands: null },
  ]);
  assert.deepEqual(drawn("\u0000\n\r\u001f\u007f"), ["␀", "␊", "␍", "␟", "␡"]);
  assert.deepEqual(drawn("x\u202ey\ufeff"), ["x", "⟨202E⟩", "y", "⟨FEFF⟩"]);
});

test("all other text stays as it is, in one piece", () => {
  for (const text of ["", " x  y ", "مرحبا", "東京", "👨‍👩‍👧", "<b>&amp;", "e\u0301"]) {
    assert.deepEqual(visible(text), [{ text, stands: null }]);
  }
});

test("a text anywhere on the page cannot reorder what stands around it", () => {
  assert.equal(plain("gpj.\u202eslx\u2066\u2069"), "gpj.⟨202E⟩slx⟨2066⟩⟨2069⟩");
  assert.equal(plain("a\u200bb\u00adc"), "a⟨200B⟩b⟨00AD⟩c");
  assert.equal(plain("genes.tsv"), "genes.tsv");
});

test("what could not be decoded is marked and looks as it does everywhere", () => {
  assert.deepEqual(visible("�"), [{ text: "�", stands: "U+FFFD" }]);
});

test("blanks at the ends of a text are told from the rest", () => {
  assert.deepEqual(edges("  a b\u00a0"), ["  ", "a b", "\u00a0"]);
  assert.deepEqual(edges("   "), ["   ", "", ""]);
  assert.deepEqual(edges("\ta"), ["", "\ta", ""]);
  assert.deepEqual(edges(""), ["", "", ""]);
});

test("the beginning of a text ends between characters", () => {
  assert.equal(beginning("abc", 2), "ab");
  assert.equal(beginning("a👍b", 2), "a");
  assert.equal(beginning("a👍b", 3), "a👍");
  assert.equal(beginning("👍", 2), "👍");
});
