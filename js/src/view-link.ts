// A page and a question in a link: `#view=...`, beside the key if there is one. Pure.
import type { QuerySettings } from "./query.ts";
import type { Query, ViewState } from "./wire.ts";
import { MAX_PAGE_SIZE } from "./wire.ts";

/** A view somebody handed on. */
export interface LinkedView {
  page: number;
  page_size: number;
  query: Query;
}

/** A link that opens at a view; `url` may carry a key in its fragment. */
export function linkToView(url: string, { page, page_size, query }: LinkedView): string {
  const { sort, filters, search } = query;
  const parts: QuerySettings = {};
  if (sort?.length) parts.sort = sort;
  if (filters?.length) parts.filters = filters;
  if (search) parts.search = search;
  const view = encodeURIComponent(JSON.stringify({ page, size: page_size, ...parts }));
  return `${url}${url.includes("#") ? "&" : "#"}view=${view}`;
}

export const viewToLink = ({ page, page_size, query }: ViewState): LinkedView => ({
  page,
  page_size,
  query,
});

/** The view in a link; null if there is none, or none that we understand. */
export function readView(text: string | null): LinkedView | null {
  if (text === null) return null;
  try {
    const { page = 1, size, sort = [], filters = [], search = "" } = JSON.parse(text);
    const counts = isCount(page) && isCount(size) && size <= MAX_PAGE_SIZE;
    const columns = [...sort, ...filters].every(({ column }) => Number.isInteger(column));
    if (!counts || !columns || typeof search !== "string") return null;
    return { page, page_size: size, query: { sort, filters, search } };
  } catch {
    return null;
  }
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;
