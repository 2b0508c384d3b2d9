// A button for each of the pages around the one shown, where there is room for that.

import { count, fill, texts } from "../texts/texts.ts";
import { h, setAttr, setDisabled } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { pageNumbers } from "../words/page-numbers.ts";

export class PageButtons {
  readonly element = h("span", { class: "tsv-page-buttons" });
  readonly #viewer: Viewer;
  #shown = "";

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  update(): void {
    const { page, view, turnable } = this.#viewer;
    const pages = view?.n_pages ?? 1;
    setAttr(this.element, "hidden", pages < 2);
    const numbers = pageNumbers(page, pages);
    const shown = JSON.stringify([page, numbers]);
    if (shown !== this.#shown) this.#draw(numbers, page);
    this.#shown = shown;
    for (const press of this.element.querySelectorAll("button")) setDisabled(press, !turnable);
  }

  #draw(numbers: (number | null)[], page: number): void {
    const focused = this.element.matches(":focus-within");
    this.element.replaceChildren(...numbers.map((number) => this.#item(number, page)));
    if (focused) this.element.querySelector<HTMLElement>("[aria-current]")?.focus();
  }

  #item(number: number | null, page: number): HTMLElement {
    if (number === null) return h("span", { "aria-hidden": "true" }, "…");
    const current = number === page ? "page" : null;
    const attributes = { type: "button", class: "tsv-button quiet", "aria-current": current };
    const press = h("button", {
      ...attributes,
      "aria-label": fill(texts.pageNumber, { page: number }),
    });
    press.append(count(number));
    press.addEventListener("click", () => {
      if (this.#viewer.turnable && number !== this.#viewer.page) this.#viewer.turnTo(number);
    });
    return press;
  }
}
