// The column finder: columns by name, in a table of any width.

import { Latest } from "../link/latest.ts";
import type { ColumnsAnswer } from "../protocol/messages.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { count, counted, sentence } from "../words/format.ts";

export interface FoundColumn {
  /** Bring the column into sight. */
  onchoose(column: number): void;
  /** Columns this viewer has hidden. */
  hidden(): number[];
  onshow(columns: number[]): void;
}

/** Open the finder beside an element. */
export function openColumnFinder(
  host: HTMLElement,
  beside: Element,
  viewer: Viewer,
  events: FoundColumn,
): void {
  const finder = new Finder(viewer, (column) => {
    box.close();
    events.onchoose(column);
  });
  const hidden = events.hidden();
  const show = button(`Show ${counted(hidden.length, "hidden column", "hidden columns")}`, {
    kind: "small",
    onclick: () => {
      box.close();
      events.onshow(hidden);
    },
  });
  setAttr(show, "hidden", hidden.length === 0);
  const box = openPopup(host, beside, "Columns", finder.element, show);
  finder.focus();
}

class Finder {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #onchoose: (column: number) => void;
  readonly #field = h("input", { type: "search", "aria-label": "Column name", ...PLAIN });
  readonly #list = h("ul", { class: "tsv-found-columns" });
  readonly #note = h("p", { class: "tsv-note", "aria-live": "polite" });
  readonly #searches = new Latest<string>((text) => this.#find(text));

  constructor(viewer: Viewer, onchoose: (column: number) => void) {
    this.#viewer = viewer;
    this.#onchoose = onchoose;
    setAttr(this.#field, "placeholder", "Part of a name");
    this.#field.addEventListener("input", () => this.#searches.submit(this.#field.value));
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Enter")
        (this.#list.querySelector("button") as HTMLElement | null)?.click();
      if (event.key === "ArrowDown") this.#move(event, 0);
    });
    this.#list.addEventListener("keydown", (event) => {
      const items = [...this.#list.querySelectorAll("button")];
      const at = items.indexOf(event.target as never);
      if (event.key === "ArrowDown") this.#move(event, at + 1);
      if (event.key === "ArrowUp") this.#move(event, at - 1);
    });
    this.element = h("div", { class: "tsv-finder" }, this.#field, this.#list, this.#note);
    this.#searches.submit("");
  }

  focus(): void {
    this.#field.focus();
  }

  #move(event: KeyboardEvent, to: number): void {
    event.preventDefault();
    const item = this.#list.querySelectorAll("button")[to];
    if (item) item.focus();
    else if (to < 0) this.#field.focus();
  }

  async #find(text: string): Promise<void> {
    try {
      this.#show(await this.#viewer.lookups.findColumns(text));
    } catch (error) {
      setText(this.#note, sentence((error as Error).message));
    }
  }

  #show({ total, found }: ColumnsAnswer): void {
    const items = found.map(([column, name]) => {
      const label = name === "" ? "(empty)" : name;
      const place = h("span", { class: "tsv-soft" }, count(column + 1));
      const press = h("button", { type: "button" }, h("span", { dir: "auto" }, label), place);
      press.addEventListener("click", () => this.#onchoose(column));
      return h("li", {}, press);
    });
    this.#list.replaceChildren(...items);
    const more = total - found.length;
    const rest = more > 0 ? `; the first ${count(found.length)} are shown` : "";
    setText(this.#note, `${counted(total, "column", "columns")}${rest}`);
  }
}
