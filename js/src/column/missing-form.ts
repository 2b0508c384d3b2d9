// What was taken as missing in a column, and for editors the field to tell other words. Browser-only
// state: what was typed and not sent yet.

import type { Profile } from "../protocol/query.ts";
import { missingWords } from "../protocol/read-options.ts";
import { texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { lineOf, takenWords, withColumn, wordsFrom } from "../words/missing-words.ts";

export class MissingForm {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #column: number;
  readonly #onread: () => void;
  readonly #taken = h("p", { class: "tsv-note", dir: "auto" });
  readonly #change: HTMLButtonElement;
  readonly #form: HTMLFormElement;
  readonly #words = h("input", { type: "text", placeholder: texts.missingExample, ...PLAIN });
  readonly #complaint = h("p", { class: "tsv-failure", role: "alert", hidden: true });

  /** `onread` is called when the table was read anew with other words. */
  constructor(viewer: Viewer, column: number, onread: () => void) {
    this.#viewer = viewer;
    this.#column = column;
    this.#onread = onread;
    this.#change = button(texts.otherWords, { kind: "small quiet", onclick: () => this.#open() });
    this.#form = this.#makeForm();
    const line = h("div", { class: "tsv-missing" }, this.#taken, this.#change);
    this.element = h("section", { "aria-label": texts.missingTitle }, line, this.#form);
    setAttr(this.element, "hidden", true);
  }

  /** Say what was taken as missing, now that the column is known. */
  offerProfile(profile: Profile): void {
    setText(this.#taken, takenWords(profile, this.#told));
    setAttr(this.element, "hidden", false);
    const { editor, live, document } = this.#viewer;
    const settled = document?.table?.status !== "receiving";
    setAttr(this.#change, "hidden", !(editor && live && settled));
  }

  #makeForm(): HTMLFormElement {
    setAttr(this.#words, "aria-label", texts.wordsForMissing);
    const apply = button(texts.applyForEveryone, { kind: "primary small", onclick: () => {} });
    setAttr(apply, "type", "submit");
    const usual = button(texts.asInTable, {
      kind: "small",
      onclick: () => void this.#send(null),
    });
    const buttons = h("div", { class: "tsv-form-buttons" }, apply, usual);
    const content = [this.#words, buttons, this.#complaint];
    const form = h("form", { class: "tsv-filter", novalidate: true, hidden: true }, ...content);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send(wordsFrom(this.#words.value));
    });
    return form;
  }

  #open(): void {
    setAttr(this.#change, "hidden", true);
    setAttr(this.#form, "hidden", false);
    this.#words.value = lineOf(this.#told ?? []);
    this.#words.focus();
  }

  async #send(words: string[] | null): Promise<void> {
    const told = this.#viewer.document?.table?.told ?? {};
    const missing_in = withColumn(told.missing_in ?? [], this.#column, this.#name, words);
    setAttr(this.#complaint, "hidden", true);
    try {
      await this.#viewer.reread({ ...told, missing_in });
      this.#onread();
    } catch (error) {
      setText(this.#complaint, sentence((error as Error).message));
      setAttr(this.#complaint, "hidden", false);
    }
  }

  /** The column's name, if it has one of its own. */
  get #name(): string | null {
    const sheet = this.#viewer.sheet;
    const name = sheet?.name(this.#column);
    if (!sheet || !name || name.by === "place" || name.text === "") return null;
    const same = sheet.windows.flatMap(({ names }) => (names ?? []).filter((n) => n === name.text));
    return same.length === 1 ? name.text : null;
  }

  get #told(): string[] | null {
    const reading = this.#viewer.document?.table?.reading ?? {};
    return missingWords(
      reading,
      this.#column,
      this.#viewer.sheet?.name(this.#column)?.text ?? null,
    );
  }
}
