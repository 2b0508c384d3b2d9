// Pagination: views as pages of rows, and how settings and growth change them. Pure.
// As tsvshare_widget/document/paging.py has it; tests/golden/pages.json has cases for both.

import type { Query } from "../protocol/query.ts";
import type { Page, ViewState } from "../protocol/state.ts";
import type { Op } from "../protocol/viewer-messages.ts";
import { fill, texts } from "../texts/texts.ts";

export type Settings = Op["set"];

/** How many pages some rows make; an empty view has one. */
export const countPages = (rows: number, size: number): number =>
  Math.max(1, Math.ceil(rows / size));

/** The first row of a page within its view, from 0, and the one after its last. */
export function rowsOfPage(page: number, size: number, rows: number): [first: number, end: number] {
  const first = (page - 1) * size;
  return [first, Math.max(first, Math.min(first + size, rows))];
}

/** The page that a row of a view, from 0, is on. */
export const pageOfRow = (row: number, size: number): number => Math.floor(row / size) + 1;

/** A view with its pages counted anew, on a page of them: the last if it sticks to the end. */
function paginate(view: ViewState): ViewState {
  const n_pages = countPages(view.n_rows, view.page_size);
  return { ...view, n_pages, page: view.stick ? n_pages : Math.min(view.page, n_pages) };
}

/** A view with another page size: the top row stays in sight, or the end if it sticks. */
function resizePages(view: ViewState, page_size: number): ViewState {
  const [top] = rowsOfPage(view.page, view.page_size, view.n_rows);
  return paginate({ ...view, page_size, page: pageOfRow(top, page_size) });
}

/** A view at another page; -1 is the last one, to which it sticks from then on. */
const turnPage = (view: ViewState, page: number): ViewState =>
  paginate({ ...view, page, stick: page === -1 });

/** A view after its settings changed: the page size first, of which the page is one. */
export function changeView(view: ViewState, { page, page_size }: Settings): ViewState {
  const sized = page_size === undefined ? view : resizePages(view, page_size);
  return page === undefined ? sized : turnPage(sized, page);
}

/** A view after its rows became more or fewer. */
export const growView = (view: ViewState, n_rows: number): ViewState =>
  paginate({ ...view, n_rows });

/** A view of the rows of a query, of which a page has come; it does not stick to their end. */
export function foundView(view: ViewState, query: Query, found: Page): ViewState {
  const { page, page_size, n_pages, n_rows, of_rows = n_rows } = found;
  return { ...view, page, page_size, n_pages, n_rows, of_rows, query, stick: false };
}

/** Why a page cannot be turned to; null if it can. */
export function refusePage(page: number, pages: number): string | null {
  if (page === -1 || (Number.isInteger(page) && page >= 1 && page <= pages)) return null;
  const there =
    pages === 1 ? texts.pageOneOnly : fill(texts.pagesTo, { n: pages.toLocaleString() });
  return fill(texts.noSuchPage, { page: page.toLocaleString(), there });
}
