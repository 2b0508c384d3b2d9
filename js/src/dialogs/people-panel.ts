// The people panel: who is here, where each is, one's own name, and bringing everyone together.

import { MAX_NAME } from "../protocol/limits.ts";
import type { Person } from "../protocol/state.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { activeElementAround, button, h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { openPopup } from "../ui/popup.ts";
import { unseenBy } from "../view/live/pointing.ts";
import { followWords, initials, listPeople, shownName, whereWords } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";
import { bringButton, circle } from "./person.ts";

export class PeoplePanel {
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #list = h("ul", { class: "tsv-persons" });
  readonly #others = h("p", { class: "tsv-note" });
  readonly #name = h("input", { type: "text", maxlength: MAX_NAME, "aria-label": texts.yourName });
  readonly #points = h("input", { type: "checkbox" });
  readonly #pointing = h("label", { class: "tsv-check" }, this.#points, texts.showPointing);
  readonly #crowd = h("p", { class: "tsv-note" });
  readonly #bring: HTMLButtonElement;
  #box: HTMLDialogElement | null = null;

  constructor(host: HTMLElement, viewer: Viewer) {
    this.#host = host;
    this.#viewer = viewer;
    for (const [name, value] of Object.entries(PLAIN)) setAttr(this.#name, name, value);
    setAttr(this.#name, "placeholder", texts.shownToOthers);
    this.#name.addEventListener("change", () => viewer.me.rename(this.#name.value));
    this.#bring = bringButton(viewer);
    this.#points.addEventListener("change", () => viewer.pointing.set(this.#points.checked));
  }

  open(beside: Element): void {
    if (this.#box?.open) return;
    this.#name.value = this.#viewer.me.name ?? "";
    const name = h("label", { class: "tsv-field" }, h("span", {}, texts.yourName), this.#name);
    const content = h("div", { class: "tsv-people-panel" }, this.#list, this.#others, name);
    content.append(this.#pointing, this.#crowd, this.#bring);
    this.#box = openPopup(this.#host, beside, texts.whoIsHere, content);
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
    const marks = initials(people.filter(({ name }) => name !== null));
    const row = (person: Person) => this.#row(person, page, marks.get(person.cid));
    this.#keepFocus(() => this.#list.replaceChildren(...people.map(row)));
    const more = people.length > 0 ? texts.peopleMore : texts.peopleHere;
    const unnamed = others > 0 ? fill(more, { n: others }) : "";
    const how = link && link.viewers > 1 ? followWords(link) : "";
    setText(this.#others, [unnamed, how].filter(Boolean).join(" · "));
    setAttr(this.#others, "hidden", this.#others.textContent === "");
    this.#updatePointing();
    setAttr(this.#bring, "hidden", !editor || !live || (link?.viewers ?? 0) < 2);
  }

  /** Whether the others see where this viewer points, and why they do not. */
  #updatePointing(): void {
    const { link, pointing, editor } = this.#viewer;
    this.#points.checked = pointing.on;
    setAttr(this.#pointing, "hidden", !editor || link?.limits?.pointing === undefined);
    const many = unseenBy(link) === "many";
    const most = count(link?.limits?.pointing ?? 0);
    setText(this.#crowd, many ? fill(texts.notShownMany, { most }) : "");
    setAttr(this.#crowd, "hidden", !many);
  }

  /** Draw the list; the focus stays on the button of the same person. */
  #keepFocus(draw: () => void): void {
    const before = activeElementAround(this.#list);
    const cid = this.#list.contains(before) ? before?.getAttribute("data-cid") : null;
    draw();
    for (const press of this.#list.querySelectorAll<HTMLElement>("[data-cid]")) {
      if (cid && press.dataset.cid === cid) press.focus();
    }
  }

  /** Goes where somebody goes, who may point. */
  #followButton({ cid }: Person, name: string): HTMLElement {
    const viewer = this.#viewer;
    const on = viewer.followed?.cid === cid;
    const onclick = () => (on ? viewer.follow(true) : viewer.followPerson(cid));
    const press = button(on ? texts.following : texts.follow, { kind: "small", onclick });
    setAttr(press, "aria-pressed", String(on));
    setAttr(press, "data-cid", cid);
    setAttr(
      press,
      "aria-label",
      on ? fill(texts.followingName, { name }) : fill(texts.followName, { name }),
    );
    setAttr(press, "title", texts.followPersonTitle);
    return press;
  }

  #row(person: Person, page: number, letters?: string): HTMLElement {
    const { link } = this.#viewer;
    const mine = person.cid === link?.cid;
    const you = this.#viewer.me.inKernel ? texts.youNotebook : texts.you;
    const name = person.name ? shownName(link, person.cid) : mine ? you : texts.somebody;
    const words = h(
      "strong",
      { dir: "auto" },
      mine && person.name ? fill(texts.nameYou, { name }) : name,
    );
    const role = person.role === "edit" ? null : h("span", { class: "tsv-soft" }, texts.looksOnly);
    const where = h("span", { class: "tsv-soft" }, whereWords(person, page));
    const follow = !mine && person.role === "edit" ? this.#followButton(person, name) : null;
    return h("li", {}, circle(person, letters), h("div", {}, words, where), role, follow);
  }
}
