import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "../../src/protocol/state.ts";
import { Neighbours } from "../../src/records/neighbours.ts";
import { placesInSight } from "../../src/records/transposed.ts";
import { Sheet } from "../../src/view/sheet.ts";

/** Page `page` of a view of five rows, two on a page, with 150 columns in two blocks. */
function page(number: number, start = 0): Page {
  const first_row = 2 * (number - 1);
  const rows = [first_row, first_row + 1].filter((row) => row < 5);
  return {
    ...{ table: "t", page: number, n_pages: 3, page_size: 2, n_rows: 5, first_row, cut: [] },
    columns: { start, total: 150, names: Array.from({ length: 100 }, (_, i) => `c${start + i}`) },
    rows: rows.map((row) =>
      Array.from({ length: start ? 50 : 100 }, (_, i) => `${row}/${start + i}`),
    ),
  };
}

function neighbours(row: number) {
  const asked: string[] = [];
  const source = {
    fetchPage: async (_: Sheet, number: number) => {
      asked.push(`page ${number}`);
      return page(number);
    },
    fetchBlock: async (sheet: Sheet, block: number) => {
      asked.push(`block ${block} of page ${sheet.page.page}`);
      return page(sheet.page.page, 100 * block);
    },
  };
  return { rows: new Neighbours(source, new Sheet(page(1)), row), asked };
}

test("the row beside one is on the same page or on the next, which is fetched", async () => {
  const { rows, asked } = neighbours(0);
  assert.equal(await rows.step(-1), false);
  await rows.step(1);
  assert.deepEqual([rows.place, asked], [1, []]);
  await rows.step(1);
  assert.deepEqual([rows.place, rows.sheet.cell(rows.row, 0), asked], [2, "2/0", ["page 2"]]);
  await rows.step(-1);
  assert.deepEqual([rows.place, rows.row], [1, 1]);
});

test("there is no row after the last one", async () => {
  const { rows } = neighbours(0);
  for (let i = 0; i < 4; i++) assert.equal(await rows.step(1), true);
  assert.equal(rows.last, true);
  assert.equal(await rows.step(1), false);
  assert.equal(rows.place, 4);
});

test("columns that are not here are fetched for the page that the row is on", async () => {
  const { rows, asked } = neighbours(1);
  await rows.complete([0, 120]);
  assert.equal(rows.sheet.cell(1, 120), "1/120");
  assert.deepEqual(asked, ["block 1 of page 1"]);
});

test("of a page on its side only what is in sight is drawn, and some more", () => {
  assert.deepEqual(placesInSight(0, 270, 27, 20_000), [0, 14]);
  assert.deepEqual(placesInSight(27_000, 270, 27, 20_000), [996, 1014]);
  assert.deepEqual(placesInSight(0, 270, 27, 3), [0, 3]);
  assert.deepEqual(placesInSight(0, -50, 27, 3), [0, 3]);
});
