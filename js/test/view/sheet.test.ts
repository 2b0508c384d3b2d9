import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "../../src/protocol/state.ts";
import { PENDING, Sheet } from "../../src/view/sheet.ts";

const page = (changes: Partial<Page> = {}): Page => ({
  table: "t",
  page: 1,
  n_pages: 1,
  page_size: 100,
  n_rows: 2,
  first_row: 0,
  columns: { start: 0, total: 250, names: ["a", ""] },
  rows: [["1", "x"], ["2"]],
  cut: [[0, 1, 99]],
  ...changes,
});

test("a cell is its text, missing, or still to come", () => {
  const sheet = new Sheet(page());
  assert.equal(sheet.cell(0, 1), "x");
  assert.equal(sheet.cell(1, 1), undefined);
  assert.equal(sheet.cell(0, 100), PENDING);
});

test("a block of columns fills in what was to come", () => {
  const sheet = new Sheet(page());
  assert.deepEqual(sheet.missingBlocks([95, 120, 205]), [1, 2]);
  sheet.addBlock(
    page({ columns: { start: 100, total: 250, names: ["b"] }, rows: [["9"], []], cut: [] }),
  );
  assert.deepEqual(sheet.missingBlocks([95, 120, 205]), [2]);
  assert.equal(sheet.cell(0, 100), "9");
  assert.equal(sheet.cell(1, 100), undefined);
  assert.equal(sheet.name(100)?.text, "b");
  assert.equal(sheet.name(200), null);
});

test("only a block of the same rows fits", () => {
  const sheet = new Sheet(page());
  const columns = { start: 100, total: 250, names: null };
  assert.ok(sheet.fitsBlock(page({ columns })));
  assert.ok(!sheet.fitsBlock(page({ columns, table: "other" })));
  assert.ok(!sheet.fitsBlock(page({ columns, first_row: 100 })));
  assert.ok(!sheet.fitsBlock(page({ columns, rows: [["1"]] })));
});

test("names that are not in the file are marked as ours", () => {
  const sheet = new Sheet(page());
  assert.deepEqual(sheet.name(1), { text: "", by: "file" });
  assert.deepEqual(sheet.name(2), { text: "(3)", by: "place" });
  const bare = new Sheet(page({ columns: { start: 0, total: 2, names: null } }));
  assert.deepEqual(bare.name(0), { text: "1", by: "place" });
});

test("names that a specification gives are marked as its own", () => {
  const columns = { start: 0, total: 3, names: ["DB", "ID"], named_by: "format" } as const;
  const sheet = new Sheet(page({ columns: { ...columns, names: [...columns.names] } }));
  assert.deepEqual(sheet.name(0), { text: "DB", by: "format" });
  assert.deepEqual(sheet.name(2), { text: "(3)", by: "place" });
});

test("a row knows its line in the file if the relay says it", () => {
  assert.equal(new Sheet(page({ lines: [13, 17] })).lineNumber(1), 17);
  assert.equal(new Sheet(page()).lineNumber(1), null);
});

test("numbers are told from text by the cells of the page", () => {
  const sheet = new Sheet(page());
  assert.deepEqual([sheet.numeric(0), sheet.numeric(1), sheet.numeric(100)], [true, false, false]);
});

test("a column without a number stays what it was on the page before", () => {
  const empty = page({ rows: [], cut: [] });
  const [left, later] = [new Sheet(page()), new Sheet(page())];
  assert.deepEqual([left.numeric(0), later.numeric(1)], [true, false]);
  const none = new Sheet(empty, left);
  assert.deepEqual([none.numeric(0), new Sheet(empty, none).numeric(0)], [true, true]);
  assert.equal(new Sheet(empty, later).numeric(1), false);
  assert.equal(new Sheet({ ...empty, table: "another" }, left).numeric(0), false);
});

test("cut cells know their whole size", () => {
  const sheet = new Sheet(page());
  assert.deepEqual([sheet.cutBytes(0, 1), sheet.cutBytes(0, 0)], [99, null]);
});

test("the page itself stays while far blocks come and go", () => {
  const wide = { total: 100_000, names: null };
  const sheet = new Sheet(page({ columns: { start: 0, ...wide } }));
  for (let block = 1; block < 100; block++) {
    sheet.addBlock(page({ columns: { start: block * 100, ...wide }, rows: [["y"], []], cut: [] }));
  }
  assert.equal(sheet.cell(0, 0), "1");
  assert.equal(sheet.cell(0, 100), PENDING);
  assert.equal(sheet.cell(0, 9900), "y");
});
