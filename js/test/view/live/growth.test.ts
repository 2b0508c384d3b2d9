import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { TableState, ViewState } from "../../../src/protocol/state.ts";
import { Growth } from "../../../src/view/live/growth.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const table = (rows: number, more: Partial<TableState> = {}) =>
  ({ id: "t-1", name: "a.tsv", rows, status: "complete", total_bytes: 9, ...more }) as TableState;
const view = (n_rows: number, page: number, more: Partial<ViewState> = {}) =>
  ({ n_rows, page, n_pages: Math.ceil(n_rows / 10), query: {}, ...more }) as ViewState;

function open() {
  let time = 0;
  let quiet = 0;
  const growth = new Growth(
    () => quiet++,
    () => time,
  );
  const see = (rows: number, page: number, at: number) => {
    time = at;
    growth.observe(table(rows), view(rows, page));
  };
  return { growth, see, quiet: () => quiet };
}

test("a table that came whole does not grow", () => {
  const { growth, see } = open();
  see(100, 1, 0);
  see(100, 2, 900);
  assert.deepEqual(
    [growth.growing, growth.ever, growth.rate, growth.unseen],
    [false, false, null, 0],
  );
});

test("its rate is that of the last seconds, and none once it is quiet", () => {
  const { growth, see, quiet } = open();
  see(100, 1, 0);
  see(110, 1, 1000);
  assert.deepEqual([growth.growing, growth.rate], [true, null]);
  see(160, 1, 2000);
  assert.equal(growth.rate, 50);
  mock.timers.tick(5000);
  assert.deepEqual([growth.growing, growth.rate, growth.ever, quiet()], [false, null, true, 1]);
});

test("rows that come elsewhere are counted until one is at the end", () => {
  const { growth, see } = open();
  see(100, 1, 0);
  see(112, 1, 100);
  assert.equal(growth.unseen, 12);
  see(112, 12, 200);
  assert.equal(growth.unseen, 0);
  see(125, 12, 300);
  assert.equal(growth.unseen, 13);
});

test("another question begins anew, and so does another table", () => {
  const { growth, see } = open();
  see(100, 1, 0);
  see(112, 1, 100);
  growth.observe(table(112), view(30, 1, { query: { search: "a" } }));
  assert.equal(growth.unseen, 0);
  growth.observe(table(112, { id: "t-2" }), view(112, 1));
  assert.deepEqual([growth.ever, growth.growing, growth.unseen], [false, false, 0]);
});

test("a file on its way has its own progress; a pipe, whose end nobody knows, grows", () => {
  const { growth } = open();
  const coming = { status: "receiving" } as const;
  growth.observe(table(10, { ...coming, total_bytes: 99 }), view(10, 1));
  growth.observe(table(50, { ...coming, total_bytes: 99 }), view(50, 1));
  assert.deepEqual([growth.growing, growth.unseen], [false, 0]);
  growth.observe(table(60, { ...coming, total_bytes: null }), view(60, 1));
  assert.deepEqual([growth.growing, growth.unseen], [true, 10]);
});

test("the last rows of a file come with its end, and are none that it grew by", () => {
  const { growth } = open();
  growth.observe(table(1017, { status: "receiving" }), view(1017, 1));
  growth.observe(table(2500), view(2500, 1));
  assert.deepEqual([growth.ever, growth.growing, growth.unseen], [false, false, 0]);
  growth.observe(table(2512), view(2512, 1));
  assert.deepEqual([growth.ever, growth.unseen], [true, 12]);
});
