import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page, ViewState } from "../../src/protocol/state.ts";
import {
  changeView,
  countPages,
  foundView,
  growView,
  pageOfRow,
  refusePage,
  rowsOfPage,
  type Settings,
} from "../../src/view/paging.ts";
import { sentence } from "../../src/words/format.ts";
import { contract } from "../contracts.ts";

type Step =
  | { set: Settings; refused?: true }
  | { grow: number }
  /** A query that so many rows match. */
  | { ask: number };

const cases = contract<{
  counts: { rows: number; page_size: number; pages: number }[];
  rows: { page: number; page_size: number; rows: number; first: number; end: number }[];
  page_of_row: { row: number; page_size: number; page: number }[];
  turns: { page: number; pages: number; refused?: string }[];
  views: { name: string; rows: number; page_size: number; steps: Step[]; shows: object }[];
}>("pages");

test("pages and their rows are counted as in Python", () => {
  for (const { rows, page_size, pages } of cases.counts) {
    assert.equal(countPages(rows, page_size), pages);
  }
  for (const { page, page_size, rows, first, end } of cases.rows) {
    assert.deepEqual(rowsOfPage(page, page_size, rows), [first, end]);
  }
  for (const { row, page_size, page } of cases.page_of_row) {
    assert.equal(pageOfRow(row, page_size), page);
  }
});

test("a page that is not there is refused in the same words", () => {
  for (const { page, pages, refused } of cases.turns) {
    assert.equal(refusePage(page, pages), refused ? `${sentence(refused)}.` : null);
  }
  assert.notEqual(refusePage(1.5, 10), null);
});

const first = (n_rows: number, page_size: number): ViewState =>
  growView(
    { page: 1, page_size, n_pages: 1, n_rows: 0, stick: false, query: {}, of_rows: 0, brought: 0 },
    n_rows,
  );

function step(view: ViewState, next: Step): ViewState {
  if ("grow" in next) return growView(view, next.grow);
  if ("ask" in next) {
    const n_pages = countPages(next.ask, view.page_size);
    const found = { page: 1, page_size: view.page_size, n_pages, n_rows: next.ask, of_rows: 1000 };
    return foundView(view, { search: "x" }, found as Page);
  }
  const { page = 1, page_size } = next.set;
  const sized = changeView(view, page_size === undefined ? {} : { page_size });
  const refusal = refusePage(page, sized.n_pages);
  assert.equal(refusal !== null, next.refused ?? false, refusal ?? "taken");
  return refusal === null ? changeView(view, next.set) : view;
}

for (const { name, rows, page_size, steps, shows } of cases.views) {
  test(`pages: ${name}`, () => {
    const { page, n_pages, stick } = steps.reduce(step, first(rows, page_size));
    assert.deepEqual({ page, n_pages, stick }, shows);
  });
}
