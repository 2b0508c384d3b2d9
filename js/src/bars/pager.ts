// The pager below the table: turning pages, which rows are shown, how many on a page.

import { tableUrl } from "../link/model.ts";
import { DEFAULT_PAGE_SIZE } from "../protocol/limits.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, icon, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { downloadLink } from "../ui/download.ts";
import { TableDownloads } from "../view/files/table-downloads.ts";
import { refusePage } from "../view/paging.ts";
import type { Viewer } from "../view/viewer.ts";
import { rowRange } from "../words/format.ts";
import { GrowthNote } from "./growth-note.ts";
import { PageButtons } from "./page-buttons.ts";

const PAGE_SIZES = [10, 25, 50, DEFAULT_PAGE_SIZE, 250, 500, 1000];

export interface PagerEvents {
  /** Offer the rows in other formats. */
  onformats(beside: HTMLElement): void;
  /** Ask for the row to go to. */
  onrow(): void;
}

export class Pager {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #first: HTMLButtonElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #last: HTMLButtonElement;
  readonly #page = h("input", { type: "number", min: 1, step: 1, "aria-label": texts.page });
  readonly #pages = h("span", { class: "tsv-pages" });
  readonly #rows = h("button", { type: "button", class: "tsv-rows", title: texts.goToRowTitle });
  readonly #numbers: PageButtons;
  readonly #growth: GrowthNote;
  readonly #size = h("select", { "aria-label": texts.rowsPerPage });
  readonly #download: HTMLAnchorElement;
  readonly #formats: HTMLButtonElement;
  #editing = false;

  constructor(viewer: Viewer, status: HTMLElement, { onformats, onrow }: PagerEvents) {
    this.#viewer = viewer;
    this.#numbers = new PageButtons(viewer);
    this.#growth = new GrowthNote(viewer);
    setAttr(this.#rows, "aria-haspopup", "dialog");
    this.#rows.addEventListener("click", onrow);
    const turn = (page: () => number) => () => viewer.turnTo(page());
    const bare = true;
    const kind = "quiet";
    this.#first = button(texts.firstPage, { icon: "first", bare, kind, onclick: turn(() => 1) });
    this.#previous = button(texts.previousPage, {
      icon: "previous",
      bare,
      kind,
      onclick: turn(() => viewer.page - 1),
    });
    this.#next = button(texts.nextPage, {
      icon: "next",
      bare,
      kind,
      onclick: turn(() => viewer.page + 1),
    });
    this.#last = button(texts.lastPage, { icon: "last", bare, kind, onclick: turn(() => -1) });
    this.#listen();
    this.#download = downloadLink("tsv-button quiet", new TableDownloads(viewer));
    this.#download.append(icon("download"));
    const offer = () => onformats(this.#formats);
    this.#formats = button(texts.downloadAs, { icon: "more", bare, kind, onclick: offer });
    setAttr(this.#formats, "aria-haspopup", "dialog");
    this.element = this.#layOut(status);
  }

  #layOut(status: HTMLElement): HTMLElement {
    const label = h("label", { class: "tsv-page" }, h("span", {}, texts.page), this.#page);
    const where = h("div", { class: "tsv-where" }, label, this.#pages);
    const ends = [this.#first, this.#previous, where, this.#next, this.#last];
    const turning = [...ends, this.#numbers.element];
    const pages = h("nav", { class: "tsv-turn", "aria-label": texts.pages }, ...turning);
    const size = h("label", { class: "tsv-page-size" }, this.#size, h("span", {}, texts.perPage));
    const files = h("span", { class: "tsv-files" }, this.#download, this.#formats);
    return h(
      "div",
      { class: "tsv-pager" },
      ...[pages, this.#rows, this.#growth.element, size, files, status],
    );
  }

  #listen(): void {
    this.#page.addEventListener("input", () => {
      this.#editing = true;
    });
    this.#page.addEventListener("blur", () => {
      this.#editing = false;
      this.update();
    });
    this.#page.addEventListener("change", () => this.#entered());
    this.#page.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#entered();
    });
    this.#size.addEventListener("change", () => this.#viewer.setPageSize(Number(this.#size.value)));
  }

  #entered(): void {
    if (!this.#editing) return;
    this.#editing = false;
    const page = this.#page.valueAsNumber;
    if (Number.isNaN(page)) this.update();
    else this.#viewer.turnTo(page);
    this.update();
  }

  update(): void {
    const { view, turnable: live, page } = this.#viewer;
    const table = this.#viewer.document?.table ?? null;
    setAttr(this.element, "data-idle", table === null);
    if (view === null) return;
    const pages = view.n_pages;
    const reach = (target: number) => live && table !== null && refusePage(target, pages) === null;
    setDisabled(this.#first, !reach(1) || (page === 1 && !view.stick));
    setDisabled(this.#previous, !reach(page - 1));
    setDisabled(this.#next, !reach(page + 1));
    setDisabled(this.#last, !reach(pages) || (page === pages && !this.#leadsOn));
    setAttr(this.#page, "max", pages);
    this.#page.disabled = !live || table === null;
    if (!this.#editing) this.#page.value = String(page);
    this.#page.style.width = `${Math.max(3, String(pages).length) + 3}ch`;
    setText(this.#pages, fill(texts.ofPages, { pages }));
    this.#numbers.update();
    this.#growth.update();
    this.#updateRows();
    this.#updateSize(view.page_size, live && table !== null);
    this.#updateDownload();
  }

  /** The row numbers that are shown, beside which one is asked for another. */
  get rows(): HTMLElement {
    return this.#rows;
  }

  /** Whether the last page goes on: rows come, and the view does not stick to them yet. */
  get #leadsOn(): boolean {
    const { document: shared, growth, view } = this.#viewer;
    return shared?.table?.status === "receiving" || (growth.ever && !view?.stick);
  }

  #updateRows(): void {
    const { sheet, view } = this.#viewer;
    const { first_row = 0, rows = [] } = sheet?.page ?? {};
    const total = view?.n_rows ?? 0;
    setText(this.#rows, sheet ? rowRange(first_row, rows.length, total) : "");
    // The last rows have the longest numbers: it is as wide for all pages, so that turning moves nothing.
    setAttr(this.#rows, "data-widest", rowRange(Math.max(0, total - 2), Math.min(2, total), total));
  }

  #updateSize(size: number, enabled: boolean): void {
    const sizes = PAGE_SIZES.includes(size)
      ? PAGE_SIZES
      : [...PAGE_SIZES, size].sort((a, b) => a - b);
    if (this.#size.options.length !== sizes.length || !PAGE_SIZES.includes(size)) {
      const option = (n: number) => h("option", { value: n }, fill(texts.rowCount, { n }));
      this.#size.replaceChildren(...sizes.map(option));
    }
    if (this.#size.value !== String(size)) this.#size.value = String(size);
    this.#size.disabled = !enabled;
  }

  #updateDownload(): void {
    const { link, live } = this.#viewer;
    const table = this.#viewer.document?.table ?? null;
    const complete = live && table !== null && table.status !== "receiving";
    const url = complete ? tableUrl(link) : null;
    setAttr(this.#download, "hidden", url === null);
    setAttr(this.#formats, "hidden", url === null);
    setAttr(this.#download, "href", url);
    setAttr(
      this.#download,
      "title",
      table ? fill(texts.downloadOriginal, { name: table.name }) : null,
    );
    setAttr(this.#download, "aria-label", texts.download);
  }
}
