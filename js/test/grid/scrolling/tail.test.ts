import assert from "node:assert/strict";
import { test } from "node:test";
import { Push } from "../../../src/grid/scrolling/scroll-on.ts";
import { rowOnPage } from "../../../src/grid/scrolling/spot.ts";
import { newRows, Tail } from "../../../src/grid/scrolling/tail.ts";
import type { Page, ViewState } from "../../../src/protocol/state.ts";
import { Sheet } from "../../../src/view/sheet.ts";

const scroller = () => ({ scrollTop: 0, scrollHeight: 1000, clientHeight: 300 });
const view = (of_rows: number, query = {}) => ({ of_rows, query }) as ViewState;

function sheet(first_row: number, height: number, ids?: number[]): Sheet {
  const columns = { start: 0, total: 1, names: ["a"] };
  const rows = Array.from({ length: height }, () => ["x"]);
  return new Sheet({
    table: "t",
    first_row,
    rows,
    columns,
    cut: [],
    ...(ids && { ids }),
  } as unknown as Page);
}

test("a view that sticks goes to its end, and stays there while rows come", () => {
  const element = scroller();
  const tail = new Tail(element);
  assert.equal(tail.keeps({ stick: false }), false);
  assert.equal(tail.keeps({ stick: true }), true);
  tail.toEnd();
  element.scrollTop = 700; // as far as there is
  assert.equal(tail.keeps({ stick: true }), true);
});

test("who scrolls away from the end stays there, and comes back by going to the end", () => {
  const element = scroller();
  const tail = new Tail(element);
  tail.keeps({ stick: true });
  element.scrollTop = 400;
  assert.equal(tail.keeps({ stick: true }), false);
  element.scrollTop = 696;
  assert.equal(tail.keeps({ stick: true }), true);
});

test("new are the rows that the view before did not know", () => {
  assert.deepEqual(newRows(view(12), sheet(10, 5), view(15)), [2, 3, 4]);
  assert.deepEqual(newRows(view(15), sheet(10, 5), view(15)), []);
  assert.deepEqual(newRows(view(12), sheet(0, 3, [14, 2, 12]), view(15)), [0, 2]);
});

test("of another question no row is new, nor of a table that begins", () => {
  assert.deepEqual(newRows(view(12, { search: "x" }), sheet(10, 5), view(15)), []);
  assert.deepEqual(newRows(view(0), sheet(0, 5), view(5)), []);
  assert.deepEqual(newRows(null, sheet(0, 5), view(5)), []);
});

test("a spot is found by its place in the view or by its row", () => {
  assert.equal(rowOnPage(sheet(100, 50), { place: 120, focus: true }), 20);
  assert.equal(rowOnPage(sheet(100, 50), { place: 150, focus: true }), null);
  assert.equal(rowOnPage(sheet(100, 50), { row: 99, focus: true }), null);
  assert.equal(rowOnPage(sheet(100, 3, [7, 5, 9]), { row: 9, focus: true }), 2);
  assert.equal(rowOnPage(sheet(100, 3, [7, 5, 9]), { row: 101, focus: true }), null);
});

test("what brings a page to its end does not turn it; another push does", () => {
  const push = new Push();
  assert.equal(push.move(100, false, 0), 0);
  assert.equal(push.move(100, true, 30), 0);
  assert.equal(push.move(500, true, 60), 0);
  assert.equal(push.move(60, true, 400), 0);
  assert.equal(push.move(60, true, 420), 1);
  assert.equal(push.move(500, true, 440), 0, "the same push turns one page");
  assert.equal(push.move(-100, true, 900), -1);
});

test("who turns back before the end was passed begins anew", () => {
  const push = new Push();
  assert.equal(push.move(60, true, 0), 0);
  assert.equal(push.move(-60, true, 20), 0);
  assert.equal(push.move(60, true, 40), 0);
});
