// A button for each of the pages around the one shown, where there is room for that.

import { count, fill, texts } from "../texts/texts.ts";
import { h, KeptStyle, setAttr, setDisabled, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { pageNumbers } from "../words/page-numbers.ts";

/** A button for a page; without a number: dots for those between. */
interface Item {
  number: number | null;
  readonly element: HTMLElement;
}

export class PageButtons {
  readonly element = h("span", { class: "tsv-page-buttons" });
  readonly #style = new KeptStyle(this.element);
  readonly #viewer: Viewer;
  readonly #items: Item[] = [];
  #shown = "";

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  update(): void {
    const { page, view, turnable } = this.#viewer;
    const pages = view?.n_pages ?? 1;
    setAttr(this.element, "hidden", pages < 2);
    // All as wide as the last: turning moves nothing.
    this.#style.set("--digits", `${count(pages).length}ch`);
    const numbers = pageNumbers(page, pages);
    const shown = JSON.stringify([page, numbers]);
    if (shown !== this.#shown) this.#draw(numbers, page);
    this.#shown = shown;
    for (const press of this.element.querySelectorAll("button")) setDisabled(press, !turnable);
  }

  #draw(numbers: (number | null)[], page: number): void {
    const focused = this.element.matches(":focus-within");
    for (const item of this.#items.splice(numbers.length)) item.element.remove();
    for (const [i, number] of numbers.entries()) {
      // Most stay what they are: nothing is made for a page that is turned.
      const known = this.#items[i];
      const kept = known && (known.number === null) === (number === null);
      const item = kept ? known : this.#newItem(number);
      if (!known) this.element.append(item.element);
      else if (!kept) known.element.replaceWith(item.element);
      this.#items[i] = item;
      if (number !== null) this.#show(item, number, page);
    }
    if (focused) this.element.querySelector<HTMLElement>("[aria-current]")?.focus();
  }

  #show(item: Item, number: number, page: number): void {
    const { element } = item;
    setAttr(element, "aria-current", number === page ? "page" : null);
    if (number === item.number && element.textContent) return;
    item.number = number;
    setAttr(element, "aria-label", fill(texts.pageNumber, { page: number }));
    setText(element, count(number));
  }

  #newItem(number: number | null): Item {
    if (number === null) return { number, element: h("span", { "aria-hidden": "true" }, "…") };
    const element = h("button", { type: "button", class: "tsv-button quiet" });
    const item: Item = { number, element };
    element.addEventListener("click", () => {
      const to = item.number ?? 1;
      if (this.#viewer.turnable && to !== this.#viewer.page) this.#viewer.turnTo(to);
    });
    return item;
  }
}
