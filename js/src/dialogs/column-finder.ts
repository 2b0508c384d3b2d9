// The column finder: columns by name, in a table of any width.

import type { NamedColumn } from "../grid/arranging/columns.ts";
import { Latest } from "../link/latest.ts";
import type { ColumnsAnswer } from "../protocol/relay-messages.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { onlyThese } from "./only-these.ts";

export interface FoundColumn {
  /** Bring the column into sight. */
  onchoose(column: number): void;
  /** Columns this viewer has hidden. */
  hidden(): number[];
  onshow(columns: number[]): void;
  /** Show these and no others, beside the pinned ones. */
  ononly(columns: NamedColumn[]): void;
}

/** Open the finder beside an element. */
export function openColumnFinder(
  host: HTMLElement,
  beside: Element,
  viewer: Viewer,
  events: FoundColumn,
): void {
  const choose = (column: number) => {
    box.close();
    events.onchoose(column);
  };
  const finder = new Finder(viewer, choose, () => events.hidden());
  const show = button("", {
    kind: "small",
    onclick: () => {
      box.close();
      events.onshow(events.hidden());
    },
  });
  const count = () => {
    const hidden = events.hidden().length;
    setText(show, fill(texts.showHidden, { n: hidden }));
    setAttr(show, "hidden", hidden === 0);
  };
  const only = onlyThese(viewer, (columns) => {
    events.ononly(columns);
    finder.markHidden();
    count();
  });
  count();
  const box = openPopup(host, beside, texts.columnsTitle, finder.element, show, only);
  finder.focus();
}

class Finder {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #onchoose: (column: number) => void;
  readonly #hidden: () => number[];
  readonly #field = h("input", { type: "search", "aria-label": texts.columnName, ...PLAIN });
  readonly #list = h("ul", { class: "tsv-found-columns" });
  readonly #note = h("p", { class: "tsv-note", "aria-live": "polite" });
  readonly #searches = new Latest<string>((text) => this.#find(text));

  constructor(viewer: Viewer, onchoose: (column: number) => void, hidden: () => number[]) {
    this.#viewer = viewer;
    this.#onchoose = onchoose;
    this.#hidden = hidden;
    setAttr(this.#field, "placeholder", texts.partOfName);
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

  /** Mark the columns that do not show; one that is chosen shows again. */
  markHidden(): void {
    const hidden = new Set(this.#hidden());
    for (const item of this.#list.querySelectorAll<HTMLElement>("button")) {
      const is = hidden.has(Number(item.dataset.column));
      setAttr(item.querySelector(".tsv-hidden-mark") as Element, "hidden", !is);
    }
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
      const label = name === "" ? texts.emptyText : name;
      const place = h("span", { class: "tsv-soft" }, count(column + 1));
      const mark = h("span", { class: "tsv-soft tsv-hidden-mark" }, "hidden");
      const named = h("span", { class: "tsv-found-name", dir: "auto" }, label);
      const press = h("button", { type: "button", "data-column": column }, named, mark, place);
      press.addEventListener("click", () => this.#onchoose(column));
      return h("li", {}, press);
    });
    this.#list.replaceChildren(...items);
    this.markHidden();
    const more = total - found.length;
    const rest = more > 0 ? fill(texts.firstShown, { n: found.length }) : "";
    setText(this.#note, `${fill(texts.columns, { n: total })}${rest}`);
  }
}
