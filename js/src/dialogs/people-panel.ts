// The people panel: who is here, where each is, one's own name, and bringing everyone together.

import { MAX_NAME } from "../protocol/limits.ts";
import type { Person } from "../protocol/state.ts";
import { h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { openPopup } from "../ui/popup.ts";
import { listPeople, whereWords } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";
import { counted } from "../words/format.ts";
import { bringButton, circle } from "./person.ts";

export class PeoplePanel {
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #list = h("ul", { class: "tsv-persons" });
  readonly #others = h("p", { class: "tsv-note" });
  readonly #name = h("input", { type: "text", maxlength: MAX_NAME, "aria-label": "Your name" });
  readonly #bring: HTMLButtonElement;
  #box: HTMLDialogElement | null = null;

  constructor(host: HTMLElement, viewer: Viewer) {
    this.#host = host;
    this.#viewer = viewer;
    for (const [name, value] of Object.entries(PLAIN)) setAttr(this.#name, name, value);
    setAttr(this.#name, "placeholder", "Shown to the others");
    this.#name.addEventListener("change", () => viewer.me.rename(this.#name.value));
    this.#bring = bringButton(viewer);
  }

  open(beside: Element): void {
    if (this.#box?.open) return;
    this.#name.value = this.#viewer.me.name ?? "";
    const name = h("label", { class: "tsv-field" }, h("span", {}, "Your name"), this.#name);
    const content = h("div", { class: "tsv-people-panel" }, this.#list, this.#others, name);
    content.append(this.#bring);
    this.#box = openPopup(this.#host, beside, "Who is here", content);
    this.#box.addEventListener("close", () => viewer.me.rename(this.#name.value));
    const viewer = this.#viewer;
    this.update();
  }

  close(): void {
    this.#box?.close();
  }

  update(): void {
    if (!this.#box?.open) return;
    const { link, editor, live } = this.#viewer;
    const { people, others } = listPeople(link);
    const page = this.#viewer.document?.view.page ?? 1;
    this.#list.replaceChildren(...people.map((person) => this.#row(person, page)));
    const more = people.length > 0 ? "more" : "here";
    setText(this.#others, others > 0 ? `${counted(others, "person", "people")} ${more}` : "");
    setAttr(this.#others, "hidden", others === 0);
    setAttr(this.#bring, "hidden", !editor || !live || (link?.viewers ?? 0) < 2);
  }

  #row(person: Person, page: number): HTMLElement {
    const mine = person.cid === this.#viewer.link?.cid;
    const name = person.name ?? (mine ? "You" : "Somebody");
    const words = h("strong", { dir: "auto" }, mine && person.name ? `${name} (you)` : name);
    const role = person.role === "edit" ? null : h("span", { class: "tsv-soft" }, "looks only");
    const where = h("span", { class: "tsv-soft" }, whereWords(person, page));
    return h("li", {}, circle(person), h("div", {}, words, where), role);
  }
}
