import assert from "node:assert/strict";
import { test } from "node:test";
import { pageNumbers } from "../../src/words/page-numbers.ts";

const shown = (page: number, pages: number) =>
  pageNumbers(page, pages)
    .map((number) => number ?? "…")
    .join(" ");

test("few pages have a button each", () => {
  assert.equal(shown(1, 1), "1");
  assert.equal(shown(3, 7), "1 2 3 4 5 6 7");
});

test("of many, the first, the last and those around the one shown", () => {
  assert.equal(shown(1, 120), "1 2 3 4 5 … 120");
  assert.equal(shown(4, 120), "1 2 3 4 5 … 120");
  assert.equal(shown(5, 120), "1 … 4 5 6 … 120");
  assert.equal(shown(116, 120), "1 … 115 116 117 … 120");
  assert.equal(shown(117, 120), "1 … 116 117 118 119 120");
  assert.equal(shown(120, 120), "1 … 116 117 118 119 120");
  assert.equal(shown(4, 8), "1 2 3 4 5 … 8");
});

test("the page shown is always among them", () => {
  for (let pages = 1; pages < 20; pages++)
    for (let page = 1; page <= pages; page++) assert.ok(pageNumbers(page, pages).includes(page));
});
