// The form for read options: how editors have a file read otherwise. Browser-only state: what was
// changed in it and not sent yet; until somebody changes something it shows the options in force.

import type { ReadOptions } from "../protocol/read-options.ts";
import type { TableState } from "../protocol/state.ts";
import { texts } from "../texts/texts.ts";
import { button, h, isDisabled, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { sentence } from "../words/format.ts";
import {
  type Choices,
  commentChoices,
  delimiterChoices,
  encodingChoices,
  escapeChoices,
  headerChoices,
  missingChoices,
  missingInChoices,
  OTHER,
  quoteChoices,
  quotingChoices,
  type ReadingDraft,
  readingDraftOf,
  readOptionsOf,
  refuseReadingDraft,
  rowNamesChoices,
} from "../words/reading-draft.ts";

type Field = HTMLSelectElement | HTMLInputElement | HTMLTextAreaElement;

/** The fields in their order: a choice, what can be chosen, and the field for another value. */
const choices = (): [
  name: keyof ReadingDraft,
  label: string,
  (table: TableState) => Choices,
  keyof ReadingDraft | null,
][] => [
  ["delimiter", texts.delimiter, delimiterChoices, "delimiter_other"],
  ["quoting", texts.quoting, quotingChoices, null],
  ["quote", texts.quotes, quoteChoices, "quote_other"],
  ["escape", texts.escapes, escapeChoices, "escape_other"],
  ["encoding", texts.encoding, encodingChoices, "encoding_other"],
  ["header", texts.header, headerChoices, "header_line"],
  ["row_names", texts.firstColumn, rowNamesChoices, null],
  ["comments", texts.comments, commentChoices, "prefixes"],
  ["missing", texts.missingTitle, missingChoices, "missing_words"],
  ["missing_in", texts.inColumns, missingInChoices, "missing_lines"],
];

/** Names of the fields for another value; none contains the name of a choice. */
const others = (): Partial<Record<keyof ReadingDraft, string>> => ({
  delimiter_other: texts.separator,
  quote_other: texts.mark,
  escape_other: texts.beforeMark,
  missing_words: texts.wordsByCommas,
  missing_lines: texts.columnAndWords,
  encoding_other: texts.codec,
  header_line: texts.lineNumber,
  prefixes: texts.linePrefixes,
});

/** The field for another value. */
function fieldFor(other: keyof ReadingDraft): HTMLInputElement | HTMLTextAreaElement {
  if (other === "missing_lines")
    return h("textarea", { rows: 2, placeholder: texts.missingLinesExample });
  const number = other === "header_line";
  const placeholder = other === "missing_words" ? texts.missingExample : null;
  return h("input", { type: number ? "number" : "text", min: number ? 1 : null, placeholder });
}

export class ReadingForm {
  readonly element: HTMLFormElement;
  readonly #fields = new Map<keyof ReadingDraft, Field>();
  readonly #complaint = h("p", { class: "tsv-failure", role: "alert", hidden: true });
  readonly #apply = button(texts.applyForEveryone, { kind: "primary", onclick: () => {} });
  readonly #again: HTMLButtonElement;
  readonly #onread: (options: ReadOptions) => Promise<void>;
  #table: TableState | null = null;
  #offered = "";
  #touched = false;
  #latest = 0;

  /** `onread` has the table read anew with some options, and settles when that is done. */
  constructor(onread: (options: ReadOptions) => Promise<void>) {
    this.#onread = onread;
    this.#again = button(texts.findOutAgain, { onclick: () => void this.#send({}) });
    setAttr(this.#apply, "type", "submit");
    const buttons = h("div", { class: "tsv-form-buttons" }, this.#apply, this.#again);
    const lines = choices().map(([name, label, , other]) => this.#line(name, label, other));
    const heading = h("h3", {}, texts.readOtherwise);
    const attributes = { class: "tsv-form", novalidate: true };
    this.element = h("form", attributes, heading, ...lines, buttons, this.#complaint);
    this.element.addEventListener("input", () => this.#changed());
    this.element.addEventListener("submit", (event) => this.#submitted(event));
  }

  /** Show the table as it is now; what somebody changed here and has not sent stays. */
  update(table: TableState, ready: boolean): void {
    if (table.id !== this.#table?.id) this.#touched = false;
    this.#table = table;
    for (const press of [this.#apply, this.#again]) {
      setDisabled(press, !ready);
    }
    const offered = JSON.stringify([table.id, table.reading, table.told]);
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#offer(table);
  }

  /** Show the options in force, whatever was changed here and not sent. */
  reset(): void {
    this.#touched = false;
    this.#complain(null);
    if (this.#table) this.#offer(this.#table);
  }

  // --- fields ---

  #line(name: keyof ReadingDraft, label: string, other: keyof ReadingDraft | null): HTMLElement {
    const choice = h("select", { "aria-label": label });
    this.#fields.set(name, choice);
    const line = h("label", { class: "tsv-field" }, h("span", {}, label), choice);
    if (other === null) return line;
    const field = fieldFor(other);
    for (const [key, value] of Object.entries(PLAIN)) setAttr(field, key, value);
    setAttr(field, "aria-label", others()[other]);
    this.#fields.set(other, field);
    return h("div", { class: "tsv-field-pair" }, line, field);
  }

  #offer(table: TableState): void {
    const draft = this.#touched ? this.#draft() : readingDraftOf(table.told ?? {});
    for (const [name, , offered] of choices()) {
      const options = offered(table).map(([value, label]) => h("option", { value }, label));
      this.#fields.get(name)?.replaceChildren(...options);
    }
    for (const [name, field] of this.#fields) field.value = draft[name];
    this.#showOthers();
  }

  #draft(): ReadingDraft {
    return Object.fromEntries([...this.#fields].map(([name, { value }]) => [name, value])) as never;
  }

  #showOthers(): void {
    for (const [name, , , other] of choices()) {
      const field = other && this.#fields.get(other);
      if (field) setAttr(field, "hidden", this.#fields.get(name)?.value !== OTHER);
    }
  }

  #changed(): void {
    this.#touched = true;
    this.#complain(null);
    this.#showOthers();
  }

  // --- sending ---

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    if (isDisabled(this.#apply)) return;
    const draft = this.#draft();
    const refusal = refuseReadingDraft(draft);
    this.#complain(refusal?.message ?? null);
    if (refusal) this.#fields.get(refusal.field)?.focus();
    else void this.#send(readOptionsOf(draft, this.#table?.told ?? {}));
  }

  async #send(options: ReadOptions): Promise<void> {
    const mine = ++this.#latest;
    this.#complain(null);
    try {
      await this.#onread(options);
      if (mine === this.#latest) this.reset();
    } catch (error) {
      if (mine === this.#latest) this.#complain((error as Error).message);
    }
  }

  #complain(message: string | null): void {
    setAttr(this.#complaint, "hidden", message === null);
    setText(this.#complaint, message === null ? "" : sentence(message));
    if (message !== null) this.#complaint.scrollIntoView({ block: "nearest" });
  }
}
