// Views as pages of rows, and how settings and growth change them. Pure.
import type { Op } from "../protocol/messages.ts";
import type { ViewState } from "../protocol/state.ts";

export type Settings = Op["set"];

/** How many pages some rows make; an empty view has one. */
export const countPages = (rows: number, size: number): number =>
  Math.max(1, Math.ceil(rows / size));

/** A view after its settings changed: a page size keeps the top row in sight, -1 is the end. */
export function changeView(view: ViewState, set: Settings): ViewState {
  let { page, page_size, stick } = view;
  if (set.page_size !== undefined) {
    page = Math.floor(((page - 1) * page_size) / set.page_size) + 1;
    page_size = set.page_size;
  }
  const n_pages = countPages(view.n_rows, page_size);
  if (set.page !== undefined) {
    stick = set.page === -1;
    page = stick ? n_pages : set.page;
  }
  return { ...view, page: Math.min(page, n_pages), page_size, n_pages, stick };
}

/** A private view after the table grew to some rows. */
export function growView(view: ViewState, rows: number): ViewState {
  const n_pages = countPages(rows, view.page_size);
  return {
    ...view,
    n_rows: rows,
    n_pages,
    page: view.stick ? n_pages : Math.min(view.page, n_pages),
  };
}

/** Why a page cannot be turned to; null if it can. */
export function refusePage(page: number, pages: number): string | null {
  if (page === -1 || (Number.isInteger(page) && page >= 1 && page <= pages)) return null;
  const there = pages === 1 ? "page 1 only" : `pages 1 to ${pages.toLocaleString()}`;
  return `There is no page ${page.toLocaleString()}: this table has ${there}.`;
}
