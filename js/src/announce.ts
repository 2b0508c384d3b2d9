// What the status region says when the shared document changes. Pure.
import { count, counted } from "./format.ts";
import { readAnew } from "./reading.ts";
import type { Snapshot } from "./wire.ts";

const size = (snapshot: Snapshot): string => {
  const table = snapshot.state.table;
  return table ? `${table.name}, ${counted(table.rows, "row", "rows")}` : "No table yet";
};

const turnedTo = (page: number, following: boolean): string =>
  following ? `Page turned to ${count(page)}` : `Everyone turned to page ${count(page)}`;

/** A sentence about how `next` differs from `known`; null if there is nothing worth saying. */
export function announce(
  known: Snapshot | null,
  next: Snapshot,
  following: boolean,
): string | null {
  const { table, view } = next.state;
  switch (next.event) {
    case "page":
      return turnedTo(view.page, following);
    case "page_size":
      return `${counted(view.page_size, "row", "rows")} on a page`;
    case "table":
      return table ? `${table.name} is coming in` : null;
    case "reverted":
      return `The upload was stopped. ${size(next)}`;
    case "complete":
      return size(next);
    case "reading":
      return table && readAnew(table);
    case "incomplete":
      return `${table?.name} is incomplete`;
    case "welcome": {
      const same = known && known.state.table?.id === table?.id;
      if (!same) return size(next);
      const turned = known.state.view.page !== view.page;
      return turned ? turnedTo(view.page, following) : null;
    }
    default:
      return null;
  }
}

/** What a viewer who looks around privately did. */
export const announceOwn = (page: number): string => `On your own on page ${count(page)}`;

/** Who is there. */
export function people(viewers: number): string {
  return viewers === 1 ? "Only you are here" : `${count(viewers)} people here`;
}
