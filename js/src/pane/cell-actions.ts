// What can be asked of a cell: the rows that have its value, the rows that do not, a link to it.

import { linksOf } from "../link/links.ts";
import { MAX_TEXT } from "../protocol/limits.ts";
import type { Filter, Query } from "../protocol/query.ts";
import { texts } from "../texts/texts.ts";
import { copyText } from "../ui/clipboard.ts";
import { type CellText, PENDING, type Sheet } from "../view/sheet.ts";
import { linkToView, viewToLink } from "../view/view-link.ts";
import type { Viewer } from "../view/viewer.ts";
import type { CellAction } from "./cell-menu.ts";

/** The filter that lets through the rows with a value, or those without it; null if there is none. */
export function filterBy(
  column: number,
  text: CellText,
  cut: number | null,
  without: boolean,
): Filter | null {
  if (text === PENDING || cut !== null) return null;
  if (text === undefined) return { column, op: without ? "present" : "missing" };
  return text.length > MAX_TEXT ? null : { column, op: without ? "!=" : "==", value: text };
}

/** A query with one filter more, unless it has that already. */
export function withFilter(query: Query, filter: Filter): Query {
  const { filters = [] } = query;
  const same = JSON.stringify(filter);
  const has = filters.some((known) => JSON.stringify(known) === same);
  return has ? query : { ...query, filters: [...filters, filter] };
}

/** The actions on a cell that are about its value. */
export function valueActions(
  viewer: Viewer,
  sheet: Sheet,
  row: number,
  column: number,
): CellAction[] {
  const text = sheet.cell(row, column);
  const cut = sheet.cutBytes(row, column);
  const action = (label: string, without: boolean): CellAction[] => {
    const filter = filterBy(column, text, cut, without);
    const ask = (filter: Filter) => viewer.submitQuery(withFilter(viewer.query, filter));
    return filter ? [{ label, act: () => ask(filter) }] : [];
  };
  return [...action(texts.filterToValue, false), ...action(texts.excludeValue, true)];
}

/** The actions that copy links to a cell and its row; `say` announces that it was done. */
export function linkActions(
  viewer: Viewer,
  sheet: Sheet,
  at: { row: number; column: number },
  host: HTMLElement,
  say: (words: string) => void,
): CellAction[] {
  const { view, link, liveness, editor, names } = viewer;
  const looking = { look: link?.access?.look ?? "open", key: liveness.lookKey } as const;
  const { look, full } = linksOf(link?.view_url ?? null, liveness.key, editor, looking);
  // Who gets it is to look: it turns nobody's page.
  const url = look ?? full;
  if (url === null || view === null) return [];
  const copy = (what: string, column: number | null) => async () => {
    const spot = { row: sheet.rowId(at.row), column };
    const linked = { ...viewToLink(view, names.known, column), at: spot };
    const done = await copyText(linkToView(url, linked), host);
    say(done ? what : texts.notCopied);
  };
  return [
    { label: texts.linkToRow, act: () => void copy(texts.rowLinkCopied, null)() },
    { label: texts.linkToCell, act: () => void copy(texts.cellLinkCopied, at.column)() },
  ];
}
