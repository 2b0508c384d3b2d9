// Announcements: what the live region says when the shared document changes. Pure.

import { sameQuery } from "../protocol/query.ts";
import type { DocumentState, Snapshot, ViewState } from "../protocol/state.ts";
import { count } from "../texts/texts.ts";
import { counted } from "./format.ts";
import { changeWords, type NameOf } from "./query-words.ts";
import { rereadWords } from "./reading-words.ts";

const size = ({ state: { table } }: Snapshot): string => {
  if (table === null) return "No table yet";
  // How many rows it has would not be true for long.
  if (table.status === "receiving") return `${table.name} is coming in`;
  return `${table.name}, ${counted(table.rows, "row", "rows")}`;
};

/** What stands in place of an announcement, once rows have come that it did not count. */
export function afterGrowth(said: string, known: Snapshot | null, next: Snapshot): string {
  const { table } = next.state;
  const counts = known !== null && said === size(known) && said !== size(next);
  return counts && table ? `${table.name} is growing` : said;
}

/** The viewer that an announcement is for. */
export interface Listener {
  following: boolean;
  /** Who made the change; null: this viewer, or nobody knows. */
  who: string | null;
  nameOf: NameOf;
}

function turnedTo({ page, n_pages }: ViewState, { who, following }: Listener): string {
  const place = `page ${count(page)} of ${count(n_pages)}`;
  if (who !== null) return `${who} turned to ${place}`;
  return following ? `Page turned to ${count(page)}` : `Everyone turned to page ${count(page)}`;
}

function queryChange(
  known: Snapshot | null,
  { view }: DocumentState,
  { who, nameOf }: Listener,
): string {
  const words = changeWords(known?.state.view.query ?? {}, view, nameOf);
  if (who === null) return words;
  const verb = /^(Sorted|Filtered)/.test(words);
  return verb ? `${who} ${words.charAt(0).toLowerCase()}${words.slice(1)}` : `${who}: ${words}`;
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
      return view.heatmap ? "Columns are coloured by their numbers" : "Columns have no colours";
    case "page_size":
      return `${counted(view.page_size, "row", "rows")} on a page`;
    case "query":
      return queryChange(known, next.state, listener);
    case "bring":
      return who && `${who} brought everyone to page ${count(view.page)}`;
    case "table":
      return table ? `${table.name} is coming in` : null;
    case "undo":
      return `${who ?? "You"} brought back ${size(next)}`;
    case "reverted":
      return `The upload was stopped. ${size(next)}`;
    case "complete":
      return size(next);
    case "reading":
      return table && rereadWords(table);
    case "incomplete":
      return `${table?.name} is incomplete`;
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
export const announceOwn = (page: number): string => `On your own on page ${count(page)}`;

/** How many people are there. */
export function peopleWords(viewers: number): string {
  return viewers === 1 ? "Only you are here" : `${count(viewers)} people here`;
}
