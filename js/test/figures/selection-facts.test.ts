import assert from "node:assert/strict";
import { before, test } from "node:test";
import { computed } from "../../src/figures/selected-numbers.ts";
import { selectionWords } from "../../src/figures/selection-facts.ts";
import type { Dialect } from "../../src/protocol/read-options.ts";
import { speak } from "../../src/texts/texts.ts";
import { Sheet } from "../../src/view/sheet.ts";

before(() => speak({ language: "en", locale: "en" }, {}));

function sheetOf(rows: string[][], reading: Partial<Dialect> = {}, total = rows[0]?.length ?? 0) {
  const names = Array.from({ length: Math.min(total, 100) }, (_, i) => `c${i}`);
  const page = {
    ...{ table: "t", page: 1, n_pages: 1, page_size: 100, n_rows: rows.length, first_row: 0 },
    ...{ columns: { start: 0, total, names }, rows, cut: [] },
  };
  return new Sheet(page, null, reading);
}

function words(sheet: Sheet, columns: number[], [top, bottom] = [0, sheet.height]): string {
  return selectionWords({ sheet, top, bottom, columns });
}

test("the numbers of a selection are added up, and the other cells counted", () => {
  const sheet = sheetOf([["0.1", "x"], ["0.2", ""], [" 3 "], ["NA", "1e2"]]);
  const column = "Sum 3.3 · Mean 1.1 · Min 0.1 · Max 3 · 3 numbers, 1 not";
  assert.equal(words(sheet, [0]), column);
  assert.equal(words(sheet, [0], [0, 3]), column.replace(", 1 not", ""));
  const all = "Sum 103.3 · Mean 25.825 · Min 0.1 · Max 100 · 4 numbers, 4 not";
  assert.equal(words(sheet, [0, 1]), all);
  assert.equal(words(sheet, [1], [0, 3]), "3 cells, no number");
});

test("of one cell, and of more than can be added up at once, no sum is said", () => {
  assert.equal(words(sheetOf([["1", "2"]]), [0]), "");
  const columns = Array.from({ length: 200_001 }, (_, i) => i);
  const many = words(sheetOf([["1"]], {}, 200_001), columns);
  assert.equal(many, "200,001 cells: too many to add up here");
});

test("a word that was told for missing is no number, even if it looks like one", () => {
  const sheet = sheetOf([["1"], ["-999"], ["3"]], { missing: ["-999"] });
  assert.equal(words(sheet, [0]), "Sum 4 · Mean 2 · Min 1 · Max 3 · 2 numbers, 1 not");
});

test("cells that have not come are said to be left out", () => {
  const sheet = sheetOf([["1", "2"]], {}, 300);
  const columns = [0, 1, 150, 250];
  assert.equal(
    words(sheet, columns),
    "Sum 3 · Mean 1.5 · Min 1 · Max 2 · 2 numbers, 2 more not loaded",
  );
});

test("small errors of a computer's sums are not said, and infinity is", () => {
  const tenths = sheetOf([...Array.from({ length: 10 }, () => ["0.1"]), ["-1"]]);
  assert.match(words(tenths, [0]), /^Sum 0 · Mean 0 · /);
  assert.match(words(sheetOf([["1"], ["inf"], ["-inf"]]), [0], [0, 2]), /^Sum ∞ · Mean ∞ · /);
  assert.match(
    words(sheetOf([["inf"], ["-inf"]]), [0]),
    /^Sum undefined · Mean undefined · Min -∞/,
  );
});

test("numbers are as long as people read them", () => {
  const shown = [1234567.125, 1 / 3, -2e-9, 3e20, 0].map((value) => computed(value));
  assert.deepEqual(shown, [
    "1,234,567.125",
    "0.333333333333",
    "-2e-9",
    "300000000000000000000",
    "0",
  ]);
});
