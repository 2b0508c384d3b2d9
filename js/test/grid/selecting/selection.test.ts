import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptSelection } from "../../../src/grid/selecting/kept-selection.ts";
import {
  areaOf,
  holds,
  type Selected,
  select,
  selectedInTable,
  selectPage,
} from "../../../src/grid/selecting/selection.ts";
import type { Page } from "../../../src/protocol/state.ts";
import { Sheet } from "../../../src/view/sheet.ts";

const size = { height: 5, width: 4 };
const at = (row: number, column: number) => ({ row, column });

test("a range has both its ends, whichever came first", () => {
  const area = { top: 1, bottom: 4, left: 0, right: 3 };
  assert.deepEqual(areaOf(select("cells", at(1, 2), at(3, 0)), size), area);
  assert.deepEqual(areaOf(select("cells", at(3, 0), at(1, 2)), size), area);
});

test("rows and columns are whole ones", () => {
  const rows = areaOf(select("rows", at(2, 1), at(3, 1)), size);
  assert.deepEqual(rows, { top: 2, bottom: 4, left: 0, right: 4 });
  const columns = areaOf(select("columns", at(0, 1)), size);
  assert.deepEqual(columns, { top: 0, bottom: 5, left: 1, right: 2 });
  assert.deepEqual(areaOf(selectPage(size), size), { top: 0, bottom: 5, left: 0, right: 4 });
});

test("a selection ends where the page does", () => {
  const area = areaOf(select("cells", at(3, 3), at(9, 9)), size);
  assert.deepEqual(area, { top: 3, bottom: 5, left: 3, right: 4 });
  assert.equal(areaOf(select("cells", at(8, 0)), size), null);
  assert.equal(areaOf(selectPage({ height: 0, width: 0 }), { height: 0, width: 0 }), null);
});

test("cells are in it or not", () => {
  const area = areaOf(select("cells", at(1, 1), at(2, 2)), size);
  assert.ok(holds(area, 1, 1) && holds(area, 2, 2));
  assert.ok(!holds(area, 0, 1) && !holds(area, 1, 3) && !holds(null, 1, 1));
});

test("the kernel is told places in the table and columns, not where they are on the screen", () => {
  const slots = Int32Array.of(3, 0, 1, 2);
  const rowIdOf = (row: number) => 100 - row;
  const cells = selectedInTable(select("cells", at(0, 0), at(1, 1)), size, rowIdOf, slots);
  assert.deepEqual(cells, { ids: [100, 99], columns: [3, 0] });
  const rows = selectedInTable(select("rows", at(4, 0)), size, rowIdOf, slots);
  assert.deepEqual(rows, { ids: [96], columns: null });
  const columns = selectedInTable(select("columns", at(0, 1)), size, rowIdOf, slots);
  assert.deepEqual(columns, { ids: [100, 99, 98, 97, 96], columns: [0] });
});

const sheet = (page: number) =>
  new Sheet({
    ...{ table: "t", page, n_pages: 9, page_size: 2, n_rows: 18, first_row: (page - 1) * 2 },
    columns: { start: 0, total: 2, names: null },
    ...{
      rows: [
        ["a", "b"],
        ["c", "d"],
      ],
      cut: [],
      ids: [7, 5],
    },
  } satisfies Page);

test("a selection is of its page, and waits while another one shows", () => {
  const told: Selected[] = [];
  const part = new KeptSelection((selected) => told.push(selected));
  part.choose(select("cells", at(1, 0)), "view", sheet(3), Int32Array.of(0, 1));
  assert.deepEqual(told, [{ ids: [5], columns: [0] }]);
  assert.deepEqual(part.area(3, { height: 2, width: 2 }), { top: 1, bottom: 2, left: 0, right: 1 });
  assert.equal(part.area(4, { height: 2, width: 2 }), null);
  part.keepTo("view");
  assert.notEqual(part.on(3), null);
});

test("of another view nothing is selected, and that is told once", () => {
  const told: Selected[] = [];
  const part = new KeptSelection((selected) => told.push(selected));
  part.choose(select("rows", at(0, 0)), "view", sheet(1), Int32Array.of(0, 1));
  part.keepTo("sorted");
  part.keepTo("sorted");
  assert.equal(part.on(1), null);
  assert.deepEqual(told.slice(1), [{ ids: [], columns: null }]);
});
