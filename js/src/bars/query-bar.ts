// The query bar above the table: the search box, the parts of the query as chips, how many rows
// match, and the way to a column. Browser-only state: a search that was typed and not submitted
// yet.

import { tableUrl } from "../link/model.ts";
import { TSVShareError } from "../protocol/errors.ts";
import { MAX_TEXT } from "../protocol/limits.ts";
import type { Query } from "../protocol/query.ts";
import { EVERYTHING, isEverything } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, icon, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { downloadLink } from "../ui/download.ts";
import { PLAIN } from "../ui/fields.ts";
import { TableDownloads } from "../view/files/table-downloads.ts";
import type { Viewer } from "../view/viewer.ts";
import { type Chip, chips, matchWords } from "../words/query-words.ts";

/** Milliseconds without a key after which a typed search is submitted, where that disturbs nobody. */
const PAUSE_MS = 600;

/** A text in the search box that is not the search in force: typed, or submitted and refused. */
type SearchDraft = "none" | "typed" | "refused";

export class QueryBar {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #search = h("input", { type: "search", "aria-label": texts.search });
  readonly #chips = h("ul", { class: "tsv-chips", "aria-label": texts.whatIsAsked });
  readonly #clear: HTMLButtonElement;
  readonly #columns: HTMLButtonElement;
  readonly #download: HTMLAnchorElement;
  readonly #match = h("strong", { class: "tsv-match" });
  readonly #hint = h("span", { class: "tsv-hint", hidden: true }, texts.enterSearches);
  #draft: SearchDraft = "none";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = "";

  /** `onfind` lets people find a column by name. */
  constructor(viewer: Viewer, onfind: (beside: HTMLElement) => void) {
    this.#viewer = viewer;
    const clear = () => this.#submitQuery(EVERYTHING);
    this.#clear = button(texts.clearAll, { kind: "small quiet", onclick: clear });
    const find = () => onfind(this.#columns);
    this.#columns = button(texts.columnsTitle, { icon: "columns", kind: "quiet", onclick: find });
    setAttr(this.#columns, "title", texts.findColumnTitle);
    const field = h("label", { class: "tsv-search" }, icon("search"), this.#search);
    this.#download = downloadLink("tsv-button quiet small", new TableDownloads(viewer));
    this.#download.append(icon("download"));
    setAttr(this.#download, "aria-label", texts.downloadRows);
    const parts = [this.#hint, this.#chips, this.#match, this.#download, this.#clear];
    const query = h("div", { class: "tsv-query" }, ...parts);
    this.element = h("div", { class: "tsv-query-bar" }, field, query, this.#columns);
    this.#listen();
  }

  /** Put the focus into the search box. */
  focus(): void {
    this.#search.focus();
  }

  /** Find a column by name. */
  find(): void {
    this.#columns.click();
  }

  /** Show all rows again, in the order they have. */
  clearFilters(): void {
    this.#submitQuery({ sort: this.#viewer.query.sort ?? [] });
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  update(): void {
    const viewer = this.#viewer;
    const { query, view, turnable, pendingQuery } = viewer;
    const table = viewer.document?.table ?? null;
    setAttr(this.element, "hidden", !table?.columns);
    if (table === null || view === null) return;
    if (this.#draft === "none") this.#show(query.search ?? "");
    setAttr(this.#search, "aria-invalid", this.#draft === "refused" ? "true" : null);
    setAttr(this.#hint, "hidden", !(this.#draft === "typed" && this.#disturbs));
    this.#search.disabled = !viewer.live;
    setDisabled(this.#columns, !viewer.live);
    setAttr(this.#search, "placeholder", texts.searchAll);
    setAttr(this.#clear, "hidden", isEverything(query));
    setDisabled(this.#clear, !viewer.live);
    setText(this.#match, matchWords(view, table.rows));
    setAttr(this.#match, "data-old", pendingQuery !== null);
    this.#offerDownload();
    this.#fill(chips(query, viewer.names.of), turnable || pendingQuery !== null);
  }

  /** Offer the rows of the query, in their order, as a file. */
  #offerDownload(): void {
    const { link, live, view, pendingQuery } = this.#viewer;
    const complete = this.#viewer.document?.table?.status === "complete";
    const url = live && complete && pendingQuery === null ? tableUrl(link) : null;
    const query = url && view && !isEverything(view.query) ? view.query : null;
    setAttr(this.#download, "hidden", query === null);
    if (query === null) return;
    const title = fill(texts.downloadRowsTitle, {
      rows: fill(texts.rows, { n: view?.n_rows ?? 0 }),
    });
    setAttr(
      this.#download,
      "href",
      `${url}?view=1&query=${encodeURIComponent(JSON.stringify(query))}`,
    );
    setAttr(this.#download, "title", title);
  }

  #submitQuery(query: Query): void {
    this.#forget();
    this.#viewer.submitQuery(query);
    this.focus();
  }

  #show(text: string): void {
    if (this.#search.value !== text) this.#search.value = text;
  }

  #fill(parts: Chip[], enabled: boolean): void {
    const shown = JSON.stringify([parts, enabled]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#chips.replaceChildren(...parts.map((part) => h("li", {}, this.#chip(part, enabled))));
  }

  #chip({ kind, text, without }: Chip, enabled: boolean): HTMLElement {
    const name =
      kind === "search" ? fill(texts.stopSearching, { text }) : fill(texts.removeChip, { text });
    const onclick = () => this.#submitQuery(without);
    const remove = button(name, { icon: "close", bare: true, kind: "quiet small", onclick });
    setDisabled(remove, !enabled);
    const words = h(
      "span",
      { dir: "auto" },
      kind === "search" ? fill(texts.searchChip, { text }) : text,
    );
    return h("span", { class: "tsv-chip", "data-kind": kind }, words, remove);
  }

  // --- the search box ---

  #listen(): void {
    for (const [name, value] of Object.entries(PLAIN)) setAttr(this.#search, name, value);
    setAttr(this.#search, "maxlength", MAX_TEXT);
    this.#search.addEventListener("input", () => this.#type());
    this.#search.addEventListener("keydown", (event) => this.#key(event));
    this.#search.addEventListener("blur", () => this.#askByItself());
  }

  /** Whether a search here changes what others see: then only Enter submits it. */
  get #disturbs(): boolean {
    const { following, editor, link } = this.#viewer;
    return following && editor && (link?.viewers ?? 0) > 1;
  }

  #type(): void {
    this.#draft = "typed";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#askByItself(), PAUSE_MS);
    this.update();
  }

  #askByItself(): void {
    if (this.#draft === "typed" && !this.#disturbs) this.#ask();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      this.#ask();
    } else if (event.key === "Escape" && this.#search.value !== "") {
      event.preventDefault();
      this.#search.value = "";
      this.#ask();
    }
  }

  #ask(): void {
    this.#forget();
    const search = this.#search.value;
    if (search !== (this.#viewer.query.search ?? "")) void this.#searchFor(search);
    this.update();
  }

  async #searchFor(search: string): Promise<void> {
    try {
      await this.#viewer.applyQuery({ ...this.#viewer.query, search });
    } catch (error) {
      this.#viewer.reportError(error);
      if (!wasOvertaken(error)) this.#keep(search);
    }
  }

  /** Keep a text that could not be searched for, to be changed or submitted again. */
  #keep(search: string): void {
    if (this.#draft !== "none") return;
    this.#draft = "refused";
    this.#show(search);
    this.update();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#draft = "none";
  }
}

const wasOvertaken = (error: unknown): boolean =>
  error instanceof TSVShareError && error.code === "superseded";
