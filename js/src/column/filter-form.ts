// The filter form of a column. Browser-only state: what was changed in it and not submitted yet.

import { MAX_TEXT } from "../protocol/limits.ts";
import type { Filter, Profile } from "../protocol/query.ts";
import { count, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import {
  type ColumnKind,
  columnKindOf,
  type FilterDraft,
  type FilterDraftOp,
  filterDraftOf,
  filtersFrom,
  opsFor,
  refuseFilterDraft,
  takesCase,
  takesValue,
} from "../words/filter-draft.ts";
import { sentence } from "../words/format.ts";

const TEXT = { type: "text", ...PLAIN };

export interface FilterEvents {
  /** Apply the filters; rejected with why that cannot be done. */
  onfilter(filters: Filter[]): Promise<void>;
  /** Cancel the filters that are being applied. */
  oncancel(): void;
}

export class FilterForm {
  readonly element: HTMLFormElement;
  readonly #column: number;
  readonly #onfilter: (filters: Filter[]) => Promise<void>;
  readonly #op = h("select", { "aria-label": texts.condition });
  readonly #value = h("input", { ...TEXT, "aria-label": texts.value });
  readonly #to = h("input", { ...TEXT, "aria-label": texts.upTo, placeholder: texts.upTo });
  readonly #caseless = h("input", { type: "checkbox" });
  readonly #case = h("label", { class: "tsv-check" }, this.#caseless, texts.anyCase);
  readonly #choices = h("div", { class: "tsv-choices", role: "group", "aria-label": texts.values });
  readonly #complaint = h("p", { class: "tsv-failure", role: "alert", hidden: true });
  readonly #clear: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  #kind: ColumnKind;
  #values: [string, number][] = [];
  #touched = false;

  constructor(
    column: number,
    kind: ColumnKind,
    filters: Filter[],
    { onfilter, oncancel }: FilterEvents,
  ) {
    this.#column = column;
    this.#kind = kind;
    this.#onfilter = onfilter;
    const apply = button(texts.filter, { kind: "primary small", onclick: () => {} });
    setAttr(apply, "type", "submit");
    this.#clear = button(texts.clear, { kind: "small", onclick: () => void this.#send([]) });
    setAttr(this.#clear, "hidden", filters.length === 0);
    for (const field of [this.#value, this.#to]) setAttr(field, "maxlength", MAX_TEXT);
    const line = h("div", { class: "tsv-condition" }, this.#op, this.#value, this.#to);
    this.#cancel = button(texts.cancel, { kind: "small", onclick: oncancel });
    setAttr(this.#cancel, "hidden", true);
    const choices = [apply, this.#cancel, this.#clear, this.#case];
    const buttons = h("div", { class: "tsv-form-buttons" }, ...choices);
    const content = [line, this.#choices, buttons, this.#complaint];
    this.element = h("form", { class: "tsv-filter", novalidate: true }, ...content);
    this.#offer(filterDraftOf(filters, kind));
    this.element.addEventListener("input", () => this.#changed());
    this.element.addEventListener("submit", (event) => this.#submitted(event));
  }

  /** Offer what suits a column now that it is known, unless somebody is filling in the form. */
  offerProfile(profile: Profile, filters: Filter[]): void {
    this.#values = profile.top;
    const draft = this.#touched
      ? this.#draft()
      : filterDraftOf(filters, columnKindOf(profile.kind));
    if (!this.#touched) this.#kind = columnKindOf(profile.kind);
    this.#offer(draft);
  }

  // --- fields ---

  #offer(draft: FilterDraft): void {
    const options = opsFor(this.#kind).map(([value, label]) => h("option", { value }, label));
    this.#op.replaceChildren(...options);
    this.#op.value = draft.op;
    if (this.#op.selectedIndex < 0) this.#op.selectedIndex = 0;
    this.#value.value = draft.value;
    this.#to.value = draft.to;
    this.#caseless.checked = draft.caseless;
    this.#offerValues(draft.chosen);
    this.#show();
  }

  #offerValues(chosen: string[]): void {
    const known = new Set(this.#values.map(([text]) => text));
    const others = chosen.filter((text) => !known.has(text)).map((text) => [text, null] as const);
    const boxes = [...others, ...this.#values].map(([text, n]) => {
      const box = h("input", { type: "checkbox", value: text });
      box.checked = chosen.includes(text);
      const label = h("span", { dir: "auto" }, text === "" ? texts.emptyText : text);
      const counted = n === null ? null : h("span", { class: "tsv-soft" }, count(n));
      return h("label", { class: "tsv-check" }, box, label, counted);
    });
    const none = h("p", { class: "tsv-soft" }, texts.valuesUnknown);
    this.#choices.replaceChildren(...(boxes.length > 0 ? boxes : [none]));
  }

  #draft(): FilterDraft {
    const boxes = [...this.#choices.querySelectorAll("input")];
    return {
      op: this.#op.value as FilterDraftOp,
      value: this.#value.value,
      to: this.#to.value,
      caseless: this.#caseless.checked,
      chosen: boxes.filter((box) => box.checked).map((box) => box.value),
    };
  }

  #show(): void {
    const op = this.#op.value as FilterDraftOp;
    setAttr(this.#value, "hidden", !takesValue(op));
    setAttr(this.#value, "placeholder", this.#kind === "date" ? "2024-05-31" : texts.value);
    setAttr(this.#to, "hidden", op !== "between");
    setAttr(this.#case, "hidden", !takesCase(op, this.#kind));
    setAttr(this.#choices, "hidden", op !== "in");
  }

  #changed(): void {
    this.#touched = true;
    this.#complain(null);
    this.#show();
  }

  // --- submitting ---

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    const draft = this.#draft();
    const refusal = refuseFilterDraft(draft, this.#kind);
    this.#complain(refusal?.message ?? null);
    if (refusal === null) void this.#send(filtersFrom(draft, this.#column, this.#kind));
    else if (refusal.field === "to") this.#to.focus();
    else this.#value.focus();
  }

  async #send(filters: Filter[]): Promise<void> {
    this.#complain(null);
    setAttr(this.#cancel, "hidden", false);
    try {
      await this.#onfilter(filters);
      setAttr(this.#clear, "hidden", filters.length === 0);
    } catch (error) {
      this.#complain((error as Error).message);
    }
    setAttr(this.#cancel, "hidden", true);
  }

  #complain(message: string | null): void {
    setAttr(this.#complaint, "hidden", message === null);
    setText(this.#complaint, message === null ? "" : sentence(message));
    setAttr(this.#value, "aria-invalid", message !== null);
  }
}
