// The empty state, in the place of a table without rows: what is the matter and what to do.

import { isNarrow } from "../protocol/query.ts";
import { button, h, icon, setAttr, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { counted } from "../words/format.ts";
import { queryWords } from "../words/query-words.ts";
import { isOtherVersion } from "./notices.ts";

export interface EmptyText {
  title: string;
  text: string;
  /** Whether a file can be chosen here. */
  choose: boolean;
  busy: boolean;
  /** Whether there would be rows without a filter or search. */
  narrow: boolean;
}

const still = (title: string, text: string): EmptyText => ({
  title,
  text,
  choose: false,
  busy: false,
  narrow: false,
});
const waiting = (title: string, text: string): EmptyText => ({ ...still(title, text), busy: true });

/** The text of the empty state; null if there are rows to show. */
export function emptyText(viewer: Viewer): EmptyText | null {
  const { sheet, connection, document: shared, editor, view, link } = viewer;
  if (sheet && sheet.height > 0) return null;
  if (connection === "gone" && isOtherVersion(viewer)) {
    return still("This page is of another version", "Reload it to see the table.");
  }
  if (connection === "gone") {
    return still("This table is gone", "Ask whoever sent you the link for a new one.");
  }
  if (connection === "detached") {
    return still("Not connected to a kernel", "Run the cell to see the table.");
  }
  if (connection === "closed") return still("Closed", "Run the cell to see the table again.");
  if (shared === null || (shared.table && sheet === null)) {
    if (connection === "connecting" && link?.message) {
      return waiting("Not connected yet", "What is in the way stands above.");
    }
    const title = connection === "live" ? "Loading…" : "Connecting…";
    return waiting(title, "The table shows as soon as it is here.");
  }
  if (shared.table === null) return noTable(editor);
  if (isNarrow(view?.query ?? {}) && shared.table.rows > 0) return noMatch(viewer);
  return noRows(shared.table.status === "receiving", shared.table.bytes);
}

function noMatch({ view, names, document: shared }: Viewer): EmptyText {
  const all = counted(shared?.table?.rows ?? 0, "row", "rows");
  const text = `None of the ${all} has this: ${queryWords({ ...view?.query, sort: [] }, names.of)}.`;
  return { ...still("No rows match", text), narrow: true };
}

function noTable(editor: boolean): EmptyText {
  if (!editor) {
    return still("Nothing here yet", "When somebody uploads a table, it shows here by itself.");
  }
  const text = "It shows here for everyone who has the link, page by page, exactly as it is.";
  return { ...still("Drop a TSV file here", text), choose: true };
}

function noRows(receiving: boolean, bytes: number): EmptyText {
  if (receiving) {
    return waiting("The first rows are coming", "");
  }
  if (bytes === 0)
    return still("An empty file", "There is nothing in this file, not even a header.");
  return still("No rows", "There is nothing in this file but its header or comments.");
}

export class EmptyState {
  readonly element: HTMLElement;
  readonly #title = h("h2");
  readonly #text = h("p");
  readonly #choose: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #spinner = h("div", { class: "tsv-spinner" });

  constructor(onchoose: () => void, onclear: () => void) {
    this.#clear = button("Clear filters", { kind: "primary", onclick: onclear });
    this.#choose = button("Choose a file", { icon: "upload", kind: "primary", onclick: onchoose });
    const content: Element[] = [icon("table"), this.#spinner, this.#title, this.#text];
    content.push(this.#choose, this.#clear);
    this.element = h("div", { class: "tsv-empty" }, ...content);
  }

  update(viewer: Viewer): void {
    this.showText(emptyText(viewer));
  }

  showText(state: EmptyText | null): void {
    setAttr(this.element, "hidden", state === null);
    if (state === null) return;
    setText(this.#title, state.title);
    setText(this.#text, state.text);
    setAttr(this.element, "data-busy", state.busy);
    setAttr(this.element, "data-drop", state.choose);
    setAttr(this.#choose, "hidden", !state.choose);
    setAttr(this.#clear, "hidden", !state.narrow);
  }
}
