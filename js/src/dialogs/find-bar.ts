// The find bar, above the table: a text is found without filtering, hit after hit.

import { texts } from "../texts/texts.ts";
import { activeElementAround, button, h, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { type Findable, Finding } from "../view/live/finding.ts";
import { hitWords } from "../words/find-words.ts";

export interface FindEvents extends Findable {
  /** Show the rows with a text and no others. */
  onfilter(text: string): void;
  /** The bar was closed: the focus goes to the hit, or where it was. */
  onclose(hit: { row: number; column: number | null } | null): void;
  /** What is looked through: when it changes, it is looked through again. */
  readonly key: string;
}

export class FindBar {
  readonly element: HTMLElement;
  readonly #events: FindEvents;
  readonly #finding: Finding;
  readonly #field = h("input", { type: "search", "aria-label": texts.find, ...PLAIN });
  readonly #note = h("span", { class: "tsv-hits", role: "status" });
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #filter: HTMLButtonElement;
  #key = "";

  constructor(events: FindEvents) {
    this.#events = events;
    this.#finding = new Finding(events, () => this.#show());
    const step = (by: 1 | -1) => () => void this.#finding.step(by);
    const bare = { bare: true, kind: "quiet small" } as const;
    this.#previous = button(texts.previousHit, { icon: "up", ...bare, onclick: step(-1) });
    this.#next = button(texts.nextHit, { icon: "down", ...bare, onclick: step(1) });
    this.#filter = button(texts.showOnlyThese, { kind: "small", onclick: () => this.#toFilter() });
    const close = button(texts.closeFind, { icon: "close", ...bare, onclick: () => this.close() });
    setAttr(this.#field, "placeholder", texts.findInRows);
    const parts = [this.#field, this.#note, this.#previous, this.#next, this.#filter, close];
    const label = { role: "search", "aria-label": texts.findInTable };
    this.element = h("div", { class: "tsv-find", ...label }, ...parts);
    this.#field.addEventListener("input", () => void this.#finding.look(this.#field.value));
    this.element.addEventListener("keydown", (event) => this.#press(event));
    setAttr(this.element, "hidden", true);
  }

  get isOpen(): boolean {
    return !this.element.hasAttribute("hidden");
  }

  /** Open it, or go back to its field. */
  open(): void {
    setAttr(this.element, "hidden", null);
    this.#key = this.#events.key;
    this.#field.focus();
    this.#field.select();
    if (this.#field.value !== this.#finding.text) void this.#finding.look(this.#field.value);
    this.#show();
  }

  close(): void {
    if (!this.isOpen) return;
    const { hit } = this.#finding;
    const here = this.element.contains(activeElementAround(this.element));
    setAttr(this.element, "hidden", true);
    this.#finding.stop();
    if (here) this.#events.onclose(hit);
  }

  /** Look again if there is another table, or another question. */
  update(): void {
    if (!this.isOpen || this.#key === this.#events.key) return;
    this.#key = this.#events.key;
    void this.#finding.look(this.#field.value);
  }

  #press(event: KeyboardEvent): void {
    const { key, shiftKey } = event;
    if (key === "Escape") this.close();
    else if (key === "F3" || (key === "Enter" && event.target === this.#field)) {
      void this.#finding.step(shiftKey ? -1 : 1);
    } else return;
    event.preventDefault();
  }

  #toFilter(): void {
    const { text } = this.#finding;
    if (text === "" || !this.#finding.found) return;
    this.close();
    this.#events.onfilter(text);
  }

  #show(): void {
    const { busy, found } = this.#finding;
    if (!busy) setText(this.#note, hitWords(this.#finding.state));
    setAttr(this.element, "data-busy", busy);
    for (const press of [this.#previous, this.#next, this.#filter]) setDisabled(press, !found);
  }
}
