// Undo: a notice about the table that was replaced, which brings it back. Browser-only state: which
// replacement the viewer has seen or dismissed.

import type { DocumentState } from "../protocol/state.ts";
import { button, h, setAttr, setDisabled, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";

/** The text about the table that was replaced; null if it cannot come back. */
export function undoText({ table, undo }: DocumentState): string | null {
  if (table === null || undo === null) return null;
  return `${undo.name} was replaced by ${table.name}.`;
}

/** Bring back the table that was replaced; the viewer reports what goes wrong. */
export const bringBack = (viewer: Viewer): void =>
  void viewer.undo().catch((error) => viewer.reportError(error));

export class UndoNotice {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #text = h("span", { dir: "auto" });
  readonly #undo: HTMLButtonElement;
  /** The replacement that is shown or was dismissed; the first one known is news to nobody. */
  #known: string | null = null;
  /** Whether the notice is on the screen. */
  shown = false;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    this.#undo = button("Undo", { icon: "undo", kind: "small", onclick: () => bringBack(viewer) });
    const away = () => this.#hide();
    const close = button("Dismiss", {
      icon: "close",
      bare: true,
      kind: "quiet small",
      onclick: away,
    });
    const buttons = h("div", { class: "tsv-tools" }, this.#undo, close);
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
    if (text !== null) setText(this.#text, text);
    setAttr(this.#undo, "hidden", !editor);
    setDisabled(this.#undo, !live);
  }

  #hide(): void {
    this.shown = false;
    this.#viewer.onchange();
  }
}
