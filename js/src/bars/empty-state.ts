// The empty state, in the place of a table without rows: what is the matter and what to do.

import { isNarrow } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, icon, setAttr, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
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
    return still(texts.otherVersionTitle, texts.otherVersionHint);
  }
  if (connection === "gone") {
    return still(texts.tableGone, texts.askForLink);
  }
  if (connection === "detached") {
    return still(texts.noKernel, texts.runCell);
  }
  if (connection === "closed") return still(texts.closed, texts.runCellAgain);
  if (shared === null || (shared.table && sheet === null)) {
    if (connection === "connecting" && link?.message) {
      return waiting(texts.notConnectedYet, texts.standsAbove);
    }
    const title = connection === "live" ? texts.loading : texts.connecting;
    return waiting(title, texts.showsWhenHere);
  }
  if (shared.table === null) return noTable(editor);
  if (isNarrow(view?.query ?? {}) && shared.table.rows > 0) return noMatch(viewer);
  return noRows(shared.table.status === "receiving", shared.table.bytes);
}

function noMatch({ view, names, document: shared }: Viewer): EmptyText {
  const all = fill(texts.rows, { n: shared?.table?.rows ?? 0 });
  const text = fill(texts.noneHasThis, {
    all,
    asked: queryWords({ ...view?.query, sort: [] }, names.of),
  });
  return { ...still(texts.noRowsMatch, text), narrow: true };
}

function noTable(editor: boolean): EmptyText {
  if (!editor) {
    return still(texts.nothingYet, texts.showsByItself);
  }
  const text = texts.showsForEveryone;
  return { ...still(texts.dropHere, text), choose: true };
}

function noRows(receiving: boolean, bytes: number): EmptyText {
  if (receiving) {
    return waiting(texts.firstRowsComing, "");
  }
  if (bytes === 0) return still(texts.emptyFile, texts.nothingInFile);
  return still(texts.noRowsTitle, texts.onlyHeader);
}

export class EmptyState {
  readonly element: HTMLElement;
  readonly #title = h("h2");
  readonly #text = h("p");
  readonly #choose: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #spinner = h("div", { class: "tsv-spinner" });

  constructor(onchoose: () => void, onclear: () => void) {
    this.#clear = button(texts.clearFilters, { kind: "primary", onclick: onclear });
    this.#choose = button(texts.chooseFile, { icon: "upload", kind: "primary", onclick: onchoose });
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
