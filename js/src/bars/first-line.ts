// The first line names the columns: an offer for tables that came without a header, as those of the
// plain protocol do. The names stand in the header for everyone, and the row stays a row.
// Browser-only state: for which table that was dismissed, and where it was done here.

import { texts } from "../texts/texts.ts";
import { button, h, setAttr, setDisabled, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { areNames, isUnnamed } from "../words/first-line.ts";

export class FirstLineNotice {
  readonly #element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #text = h("span");
  readonly #name: HTMLButtonElement;
  readonly #number: HTMLButtonElement;
  #dismissed: string | undefined;
  /** The table that was named here. */
  #named: string | undefined;

  /** Stands above the table of a viewer, which is in `host`. */
  constructor(host: Element, viewer: Viewer) {
    this.#viewer = viewer;
    const small = { kind: "small" };
    this.#name = button(texts.firstLineNames, {
      ...small,
      onclick: () => this.#setNames(true),
    });
    this.#number = button(texts.numberAgain, { ...small, onclick: () => this.#setNames(false) });
    const onclick = () => this.#dismiss();
    const close = button(texts.dismiss, {
      icon: "close",
      bare: true,
      kind: "quiet small",
      onclick,
    });
    const buttons = h("div", { class: "tsv-tools" }, this.#name, this.#number, close);
    const attributes = { class: "tsv-banner", "data-kind": "info", hidden: true };
    this.#element = h("div", attributes, this.#text, buttons);
    host.querySelector(".tsv-main")?.before(this.#element);
  }

  update(): void {
    const { live } = this.#viewer;
    const offers = this.#offers;
    const done = !offers && this.#isNamedHere;
    setAttr(this.#element, "hidden", !offers && !done);
    if (!offers && !done) return;
    setText(this.#text, offers ? texts.cameWithoutNames : texts.firstLineNamed);
    setAttr(this.#name, "hidden", !offers);
    setAttr(this.#number, "hidden", !done);
    for (const each of [this.#name, this.#number]) setDisabled(each, !live);
  }

  get #table() {
    return this.#viewer.document?.table ?? null;
  }

  get #isNamedHere(): boolean {
    const table = this.#table;
    return table !== null && table.id === this.#named && Boolean(table.told?.names?.length);
  }

  get #offers(): boolean {
    const { editor, sheet } = this.#viewer;
    const table = this.#table;
    if (!editor || table === null || table.id === this.#dismissed || !isUnnamed(table))
      return false;
    const row = sheet?.page.rows[0];
    return row !== undefined && sheet?.rowId(0) === 0 && areNames(row);
  }

  async #setNames(named: boolean): Promise<void> {
    const table = this.#table;
    if (table === null) return;
    this.#named = table.id;
    const { names: _, ...told } = table.told ?? {};
    try {
      const names = named ? { names: await this.#viewer.lookups.fetchFirstRow() } : {};
      await this.#viewer.reread({ ...told, ...names });
    } catch (error) {
      this.#viewer.reportError(error);
    }
  }

  #dismiss(): void {
    this.#dismissed = this.#table?.id;
    this.#named = undefined;
    this.#viewer.onchange();
  }
}
