// The menu of a column header: sort, filter, the picture of the column, its place.

import type { Filter, Query, Sort } from "../protocol/query.ts";
import { filtersOf, isEverything, refilter, sortBy, sortOf, unsort } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { sortKinds } from "../words/query-words.ts";
import { picture } from "./column-picture.ts";
import { FilterForm } from "./filter-form.ts";
import { MissingForm } from "./missing-form.ts";

/** An action of the menu that concerns this screen only. */
export interface ColumnAction {
  label: string;
  act(): void;
}

export class HeaderMenu {
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #actions: (column: number) => ColumnAction[];
  readonly #look: (column: number) => HTMLElement | null;
  #box: HTMLDialogElement | null = null;

  /** `look`: the controls of how a column looks, if it has any. */
  constructor(
    host: HTMLElement,
    viewer: Viewer,
    actions: (column: number) => ColumnAction[],
    look: (column: number) => HTMLElement | null,
  ) {
    this.#look = look;
    this.#host = host;
    this.#viewer = viewer;
    this.#actions = actions;
  }

  open(column: number, header: HTMLElement): void {
    if (this.#box?.open) return;
    const viewer = this.#viewer;
    const leave = new AbortController();
    const close = () => this.#box?.close();
    const form = this.#form(column);
    const missing = new MissingForm(viewer, column, close);
    const view = new Picture(viewer, column, [form, missing], leave.signal);
    const look = this.#look(column);
    const parts = [sorting(viewer, column, close), form.element, view.element, missing.element];
    const content = look ? [...parts, look] : parts;
    const body = h("div", { class: "tsv-column" }, ...content, this.#places(column, close));
    this.#box = openPopup(this.#host, header, viewer.names.of(column), body);
    this.#box.addEventListener("close", () => leave.abort());
  }

  close(): void {
    this.#box?.close();
  }

  #form(column: number): FilterForm {
    const viewer = this.#viewer;
    const kind = viewer.sheet?.numeric(column) ? "number" : "text";
    const onfilter = async (filters: Filter[]) => {
      await viewer.applyQuery(refilter(viewer.query, column, filters));
      this.close();
    };
    const oncancel = () => viewer.cancelQuery();
    return new FilterForm(column, kind, filtersOf(viewer.query, column), { onfilter, oncancel });
  }

  #places(column: number, close: () => void): HTMLElement {
    const buttons = this.#actions(column).map(({ label, act }) =>
      button(label, {
        kind: "small quiet",
        onclick: () => {
          close();
          act();
        },
      }),
    );
    return h("div", { class: "tsv-column-places" }, ...buttons);
  }
}

function sorting(viewer: Viewer, column: number, close: () => void): HTMLElement {
  const known = sortOf(viewer.query, column);
  const others = (viewer.query.sort ?? []).some((key) => key.column !== column);
  const kinds = h("select", { "aria-label": texts.sortAs });
  for (const [value, label] of Object.entries(sortKinds()))
    kinds.append(h("option", { value }, label));
  kinds.value = known?.by ?? "auto";
  const also = h("input", { type: "checkbox" });
  also.checked = known !== null && others;
  const ask = (query: Query) => {
    close();
    viewer.submitQuery(query);
  };
  const sort = (direction: "asc" | "desc") => () => {
    const by = kinds.value as NonNullable<Sort["by"]>;
    const key: Sort = { column, direction, ...(by !== "auto" && { by }) };
    ask(sortBy(viewer.query, key, also.checked));
  };
  const up = button(texts.ascending, { icon: "up", kind: "small", onclick: sort("asc") });
  const down = button(texts.descending, { icon: "down", kind: "small", onclick: sort("desc") });
  setAttr(up, "autofocus", true);
  setAttr(up, "aria-pressed", String(known !== null && known.direction !== "desc"));
  setAttr(down, "aria-pressed", String(known?.direction === "desc"));
  const none = button(texts.doNotSort, {
    kind: "small quiet",
    onclick: () => ask(unsort(viewer.query, column)),
  });
  setAttr(none, "hidden", known === null);
  const keep = h("label", { class: "tsv-check" }, also, texts.afterOthers);
  setAttr(keep, "hidden", !others);
  const line = h("div", { class: "tsv-sorting" }, up, down, kinds, none);
  return h("section", { "aria-label": texts.sort }, line, keep);
}

/** The forms that suit a column once it is known. */
type Forms = [FilterForm, MissingForm];

/** The picture of a column: of the rows that are shown or of all, fetched when the menu opens. */
class Picture {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #column: number;
  readonly #forms: Forms;
  readonly #signal: AbortSignal;
  readonly #drawn = h("div", { class: "tsv-drawn" });
  readonly #note = h("p", { class: "tsv-note", "aria-live": "polite" });
  #whole: boolean;
  #latest = 0;

  constructor(viewer: Viewer, column: number, forms: Forms, signal: AbortSignal) {
    this.#viewer = viewer;
    this.#column = column;
    this.#forms = forms;
    this.#signal = signal;
    this.#whole = isEverything(this.#narrow);
    const switcher = this.#whole ? null : this.#switcher();
    const attributes = { class: "tsv-profile", "aria-label": texts.columnLike };
    this.element = h("section", attributes, switcher, this.#drawn, this.#note);
    void this.#fetch();
  }

  /** The query of this screen but for the order, which makes no difference to a profile. */
  get #narrow(): Query {
    const { filters = [], search = "" } = this.#viewer.view?.query ?? {};
    return { filters, search };
  }

  #switcher(): HTMLElement {
    const choices = [
      { label: texts.rowsShown, whole: false },
      { label: texts.wholeTable, whole: true },
    ].map(({ label, whole }) => {
      const press = button(label, { kind: "small", onclick: () => choose(whole) });
      return { press, whole };
    });
    const choose = (whole: boolean) => {
      this.#whole = whole;
      for (const choice of choices) {
        setAttr(choice.press, "aria-pressed", String(choice.whole === whole));
      }
      void this.#fetch();
    };
    for (const { press, whole } of choices)
      setAttr(press, "aria-pressed", String(whole === this.#whole));
    const presses = choices.map(({ press }) => press);
    return h("div", { class: "tsv-switcher", role: "group", "aria-label": texts.of }, ...presses);
  }

  async #fetch(): Promise<void> {
    const mine = ++this.#latest;
    setText(this.#note, texts.counting);
    setAttr(this.#drawn, "data-old", true);
    try {
      const query = this.#whole ? {} : this.#narrow;
      const { profile, of_rows } = await this.#viewer.lookups.fetchProfile(
        this.#column,
        query,
        this.#signal,
      );
      if (mine !== this.#latest) return;
      setAttr(this.#drawn, "data-old", false);
      const [filter, missing] = this.#forms;
      filter.offerProfile(profile, filtersOf(this.#viewer.query, this.#column));
      missing.offerProfile(profile);
      this.#drawn.replaceChildren(picture(profile, (filters) => this.#filter(filters)));
      setText(this.#note, this.#words(profile.rows, of_rows));
    } catch (error) {
      if (mine === this.#latest) setText(this.#note, sentence((error as Error).message));
    }
  }

  #words(rows: number, of_rows: number): string {
    const all = this.#viewer.document?.table?.rows ?? of_rows;
    const sofar = of_rows < all ? texts.asFarAsCounted : "";
    return fill(texts.clickBar, { rows: fill(texts.rows, { n: rows }), sofar });
  }

  #filter(filters: Filter[]): void {
    this.#viewer.submitQuery(refilter(this.#viewer.query, this.#column, filters));
    (this.element.closest("dialog") as HTMLDialogElement | null)?.close();
  }
}
