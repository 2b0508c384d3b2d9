// A field for one column of the table: a list of all of a narrow one, and names to be typed of a
// wide one, which the relay completes.

import { Latest } from "../link/latest.ts";
import { randomName } from "../link/random-name.ts";
import { texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import type { Viewer } from "../view/viewer.ts";

/** Columns that are listed. */
const LISTED = 100;

export class ColumnField {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #onchange: () => void;
  readonly #optional: boolean;
  #column: number | null;

  /** `optional`: there need not be one. */
  constructor(
    viewer: Viewer,
    label: string,
    column: number | null,
    optional: boolean,
    onchange: () => void,
  ) {
    this.#viewer = viewer;
    this.#column = column;
    this.#optional = optional;
    this.#onchange = onchange;
    const total = viewer.document?.table?.columns ?? 0;
    const field = total <= LISTED ? [this.#list(total)] : this.#typed();
    this.element = h("label", { class: "tsv-field" }, h("span", {}, label), ...field);
  }

  get column(): number | null {
    return this.#column;
  }

  #choose(column: number | null): void {
    this.#column = column;
    this.#onchange();
  }

  #list(total: number): HTMLElement {
    const list = h("select");
    if (this.#optional) list.append(h("option", { value: "" }, texts.none));
    for (let column = 0; column < total; column++) {
      list.append(h("option", { value: column }, this.#viewer.names.of(column)));
    }
    list.value = this.#column === null ? "" : String(this.#column);
    list.addEventListener("change", () =>
      this.#choose(list.value === "" ? null : Number(list.value)),
    );
    return list;
  }

  #typed(): HTMLElement[] {
    const names = h("datalist", { id: `tsv-${randomName()}` });
    const field = h("input", { type: "text", list: names.id, ...PLAIN });
    setAttr(field, "placeholder", this.#optional ? texts.none : texts.partOfName);
    if (this.#column !== null) field.value = this.#viewer.names.of(this.#column);
    let found: [column: number, name: string][] = [];
    const searches = new Latest<string>(async (text) => {
      const answer = await this.#viewer.lookups.findColumns(text).catch(() => null);
      if (answer === null) return;
      found = answer.found;
      names.replaceChildren(...found.map(([, name]) => h("option", { value: name })));
      take();
    });
    const take = () => {
      const same = found.find(([, name]) => name === field.value);
      const column = same?.[0] ?? (field.value === "" && this.#optional ? null : undefined);
      if (column !== undefined && column !== this.#column) this.#choose(column);
    };
    field.addEventListener("input", () => {
      take();
      searches.submit(field.value);
    });
    field.addEventListener("focus", () => searches.submit(field.value));
    return [field, names];
  }
}
