// Undo: a notice about the table that was replaced, which brings it back, and about what stayed as it
// was: questions and the viewer's columns. Browser-only state: which replacement the viewer has seen
// or dismissed.

import { isEverything } from "../protocol/query.ts";
import type { DocumentState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setDisabled, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { queryWords } from "../words/query-words.ts";

/** The text about the table that was replaced; null if it cannot come back. */
export function undoText({ table, undo }: DocumentState): string | null {
  if (table === null || undo === null) return null;
  if (undo.name === table.name) return fill(texts.wasRenewed, { name: table.name });
  return fill(texts.wasReplaced, { old: undo.name, new: table.name });
}

const carriedWords = () => ({
  all: "",
  part: texts.carriedPart,
  none: texts.carriedNone,
});

/** What stayed as it was when the table was replaced; empty if nothing was asked or arranged. */
export function stayedText(viewer: Viewer, arranged: boolean): string {
  const { document: shared, names, following } = viewer;
  const { carried, query } = (following && shared?.view) || {};
  const words = query && !isEverything(query) ? sentence(queryWords(query, names.of)) : "";
  const asked = words && fill(texts.asBefore, { words });
  const columns = arranged ? texts.columnsStay : "";
  return [carried ? `${asked}${carriedWords()[carried]}` : "", columns].filter(Boolean).join(" ");
}

/** This viewer's columns. */
export interface OwnColumns {
  readonly arranged: boolean;
  reset(): void;
}

/** Bring back the table that was replaced; the viewer reports what goes wrong. */
export const bringBack = (viewer: Viewer): void =>
  void viewer.undo().catch((error) => viewer.reportError(error));

export class UndoNotice {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #text = h("span", { dir: "auto" });
  readonly #undo: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly #earlier: HTMLButtonElement;
  readonly #columns: () => OwnColumns;
  /** The replacement that is shown or was dismissed; the first one known is news to nobody. */
  #known: string | null = null;
  /** Whether the notice is on the screen. */
  shown = false;

  /** `onearlier` is to show all the tables that can come back. */
  constructor(viewer: Viewer, columns: () => OwnColumns, onearlier: (beside: Element) => void) {
    this.#viewer = viewer;
    this.#columns = columns;
    this.#clear = button(texts.clearStayed, { kind: "small", onclick: () => this.#clearAll() });
    this.#undo = button(texts.undo, {
      icon: "undo",
      kind: "small",
      onclick: () => bringBack(viewer),
    });
    const more = { kind: "small", onclick: () => onearlier(this.#earlier) };
    this.#earlier = button(texts.earlierTables, more);
    const away = () => this.#hide();
    const close = button(texts.dismiss, {
      icon: "close",
      bare: true,
      kind: "quiet small",
      onclick: away,
    });
    const buttons = h("div", { class: "tsv-tools" }, this.#clear, this.#undo, this.#earlier, close);
    const attributes = { class: "tsv-banner", "data-kind": "info", hidden: true };
    this.element = h("div", attributes, this.#text, buttons);
  }

  update(): void {
    const { document: shared, editor, live } = this.#viewer;
    if (shared === null) return;
    const replacement = shared.undo && `${shared.undo.table} ${shared.table?.id}`;
    if (this.#known !== null && replacement !== this.#known) this.shown = replacement !== null;
    this.#known = replacement ?? "";
    const text = undoText(shared);
    setAttr(this.element, "hidden", !this.shown || text === null);
    const stayed = stayedText(this.#viewer, this.#columns().arranged);
    if (text !== null) setText(this.#text, stayed ? `${text} ${stayed}` : text);
    setAttr(this.#clear, "hidden", !this.#stays);
    setDisabled(this.#clear, !live);
    setAttr(this.#undo, "hidden", !editor);
    setAttr(this.#earlier, "hidden", !editor || !shared.earlier?.length);
    setDisabled(this.#undo, !live);
  }

  /** Whether anything is as it was that could be cleared. */
  get #stays(): boolean {
    return this.#columns().arranged || this.#asked;
  }

  /** Whether everyone is still shown what was asked of the table before. */
  get #asked(): boolean {
    const { document: shared, following } = this.#viewer;
    const { carried, query = {} } = shared?.view ?? {};
    return following && carried !== undefined && !isEverything(query);
  }

  #clearAll(): void {
    if (this.#asked) this.#viewer.submitQuery({});
    this.#columns().reset();
    this.#viewer.onchange();
  }

  #hide(): void {
    this.shown = false;
    this.#viewer.onchange();
  }
}
