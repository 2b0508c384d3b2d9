// What stands in the place of the table while there is none: each state says what it is and what
// to do.
import { button, h, icon, put, say } from "./dom.ts";
import type { Viewer } from "./viewer.ts";

export interface EmptyText {
  title: string;
  text: string;
  /** Whether a file can be chosen here. */
  choose: boolean;
  busy: boolean;
}

const still = (title: string, text: string): EmptyText => ({
  title,
  text,
  choose: false,
  busy: false,
});

/** What to say instead of rows; null if there are rows to show. */
export function emptyText(viewer: Viewer): EmptyText | null {
  const { sheet, connection, document: shared, editor } = viewer;
  if (sheet && sheet.height > 0) return null;
  if (connection === "gone") {
    return still("This table is gone", "Ask whoever sent you the link for a new one.");
  }
  if (connection === "detached") {
    return still("Not connected to a kernel", "Run the cell to see the table.");
  }
  if (connection === "closed") return still("Closed", "Run the cell to see the table again.");
  if (shared === null || (shared.table && sheet === null)) {
    const title = connection === "live" ? "Loading…" : "Connecting…";
    return { title, text: "The table shows as soon as it is here.", choose: false, busy: true };
  }
  if (shared.table === null) return noTable(editor);
  return noRows(shared.table.status === "receiving", shared.table.bytes);
}

function noTable(editor: boolean): EmptyText {
  if (!editor) {
    return still("Nothing here yet", "When somebody uploads a table, it shows here by itself.");
  }
  const text = "It shows here for everyone who has the link, page by page, exactly as it is.";
  return { title: "Drop a TSV file here", text, choose: true, busy: false };
}

function noRows(receiving: boolean, bytes: number): EmptyText {
  if (receiving) {
    return { title: "The first rows are coming", text: "", choose: false, busy: true };
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
  readonly #spinner = h("div", { class: "tsv-spinner" });

  constructor(onchoose: () => void) {
    this.#choose = button("Choose a file", { icon: "upload", kind: "primary", onclick: onchoose });
    const content = [icon("table"), this.#spinner, this.#title, this.#text, this.#choose];
    this.element = h("div", { class: "tsv-empty" }, ...content);
  }

  update(viewer: Viewer): void {
    this.show(emptyText(viewer));
  }

  show(state: EmptyText | null): void {
    put(this.element, "hidden", state === null);
    if (state === null) return;
    say(this.#title, state.title);
    say(this.#text, state.text);
    put(this.element, "data-busy", state.busy);
    put(this.element, "data-drop", state.choose);
    put(this.#choose, "hidden", !state.choose);
  }
}
