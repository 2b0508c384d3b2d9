// Announcements: what the live region says when the shared document changes. Pure.

import { sameQuery } from "../protocol/query.ts";
import type { DocumentState, Snapshot, ViewState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { changeWords, type NameOf, saysWhatWasDone } from "./query-words.ts";
import { rereadWords } from "./reading-words.ts";

const size = ({ state: { table } }: Snapshot): string => {
  if (table === null) return texts.noTableYet;
  // How many rows it has would not be true for long.
  if (table.status === "receiving") return fill(texts.isComing, { name: table.name });
  return `${table.name}, ${fill(texts.rows, { n: table.rows })}`;
};

/** What stands in place of an announcement, once rows or pages have come that it did not count. */
export function afterGrowth(
  said: string,
  known: Snapshot | null,
  next: Snapshot,
  listener: Listener,
): string {
  const { table, view } = next.state;
  if (known !== null && said === turnedTo(known.state.view, listener))
    return turnedTo(view, listener);
  const counts = known !== null && said === size(known) && said !== size(next);
  return counts && table ? fill(texts.isGrowing, { name: table.name }) : said;
}

/** The viewer that an announcement is for. */
export interface Listener {
  following: boolean;
  /** Who made the change; null: this viewer, or nobody knows. */
  who: string | null;
  nameOf: NameOf;
}

function turnedTo({ page, n_pages }: ViewState, { who, following }: Listener): string {
  if (who !== null) return fill(texts.turnedTo, { who, page, pages: n_pages });
  return fill(following ? texts.pageTurned : texts.everyoneTurned, { page });
}

function queryChange(
  known: Snapshot | null,
  { view }: DocumentState,
  { who, nameOf }: Listener,
): string {
  const words = changeWords(known?.state.view.query ?? {}, view, nameOf);
  if (who === null) return words;
  if (!saysWhatWasDone(known?.state.view.query ?? {}, view)) return `${who}: ${words}`;
  return fill(texts.whoDid, { who, words: words.charAt(0).toLowerCase() + words.slice(1) });
}

/** A sentence about how `next` differs from `known`; null if there is nothing worth saying. */
export function announce(
  known: Snapshot | null,
  next: Snapshot,
  listener: Listener,
): string | null {
  const { table, view } = next.state;
  const { who } = listener;
  switch (next.event) {
    case "page":
      return turnedTo(view, listener);
    case "heatmap":
      return view.heatmap ? texts.columnsColoured : texts.columnsPlain;
    case "page_size":
      return fill(texts.rowsOnPage, { n: view.page_size });
    case "query":
      return queryChange(known, next.state, listener);
    case "bring":
      return who && fill(texts.broughtEveryone, { who, page: view.page });
    case "table":
      return table ? fill(texts.isComing, { name: table.name }) : null;
    case "undo":
      return fill(texts.broughtBack, { who: who ?? texts.you, table: size(next) });
    case "reverted":
      return fill(texts.uploadStopped, { table: size(next) });
    case "complete":
      return size(next);
    case "reading":
      return table && rereadWords(table);
    case "incomplete":
      return table && fill(texts.isIncomplete, { name: table.name });
    case "welcome":
      return welcomed(known, next, listener);
    default:
      return null;
  }
}

function welcomed(known: Snapshot | null, next: Snapshot, listener: Listener): string | null {
  const before = known?.state;
  const { table, view } = next.state;
  if (before === undefined || before.table?.id !== table?.id) return size(next);
  if (!sameQuery(before.view.query, view.query)) return queryChange(known, next.state, listener);
  return before.view.page !== view.page ? turnedTo(view, listener) : null;
}

/** The announcement for a viewer who turned to a page on their own. */
export const announceOwn = (page: number): string => fill(texts.onYourOwn, { page });

/** How many people are there. */
export function peopleWords(viewers: number): string {
  return viewers === 1 ? texts.onlyYou : fill(texts.peopleHere, { n: viewers });
}
