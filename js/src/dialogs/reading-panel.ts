// The reading panel, "How this file was read": each property of the dialect and why, the statistics
// of the lines, the file itself, and for editors the form for read options.

import { tableUrl } from "../link/model.ts";
import type { ReadOptions } from "../protocol/read-options.ts";
import type { TableState } from "../protocol/state.ts";
import { texts } from "../texts/texts.ts";
import { openSide } from "../ui/dialog.ts";
import { h, icon, setAttr, setText } from "../ui/dom.ts";
import { downloadLink } from "../ui/download.ts";
import { TableDownloads } from "../view/files/table-downloads.ts";
import type { Viewer } from "../view/viewer.ts";
import { bytes, sentence } from "../words/format.ts";
import { dialectFacts, type Fact, lineStatsFacts, rereadWords } from "../words/reading-words.ts";
import { ReadingForm } from "./reading-form.ts";

export class ReadingPanel {
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #form: ReadingForm;
  readonly #news = h("p", { class: "tsv-reading-news", "aria-live": "polite" });
  readonly #facts = h("dl", { class: "tsv-reading-facts" });
  readonly #lineStats = h("ul", { class: "tsv-line-stats" });
  readonly #file = h("p", { dir: "auto" });
  readonly #original: HTMLAnchorElement;
  readonly #asRead: HTMLAnchorElement;
  readonly #note = h("p", { class: "tsv-note" });
  #box: HTMLElement | null = null;
  #shown = "";

  constructor(host: HTMLElement, viewer: Viewer) {
    this.#host = host;
    this.#viewer = viewer;
    this.#form = new ReadingForm((options) => this.#read(options));
    this.#original = downloadLink("tsv-button small", new TableDownloads(viewer));
    this.#asRead = downloadLink("tsv-button small", new TableDownloads(viewer));
    this.#original.append(icon("download"), h("span", {}, texts.theOriginal));
    this.#asRead.append(icon("download"), h("span", {}, texts.tableAsRead));
  }

  /** Open the panel; close it if it is open. */
  toggle(): void {
    if (this.#box?.isConnected) this.close();
    else if (this.#table) this.#open();
  }

  #open(): void {
    setText(this.#news, "");
    const lists = [this.#facts, h("h3", {}, texts.countedInFile), this.#lineStats];
    const links = h("div", { class: "tsv-reading-links" }, this.#original, this.#asRead);
    const file = [h("h3", {}, texts.theFile), this.#file, links];
    const inside = [...lists, this.#form.element, this.#news, this.#note, ...file];
    const body = h("div", { class: "tsv-reading" }, ...inside);
    this.#box = openSide(this.#host, texts.howFileRead, body);
    this.#form.reset();
    this.update();
  }

  close(): void {
    this.#box?.remove();
  }

  /** Show what is known now. */
  update(): void {
    const table = this.#table;
    if (!this.#box?.isConnected || !table) return;
    const { live, editor } = this.#viewer;
    this.#fill(table);
    if (table.status === "rereading") setText(this.#news, texts.readingAnew);
    else if (this.#news.textContent === texts.readingAnew) setText(this.#news, rereadWords(table));
    setAttr(this.#form.element, "hidden", !editor);
    this.#form.update(table, live && table.status !== "receiving");
    const note = editor
      ? table.status === "receiving"
        ? texts.stillComing
        : ""
      : texts.readLookOnly;
    setText(this.#note, note);
    setAttr(this.#note, "hidden", note === "");
    this.#link(table);
  }

  get #table(): TableState | null {
    return this.#viewer.document?.table ?? null;
  }

  async #read(options: ReadOptions): Promise<void> {
    setText(this.#news, "");
    await this.#viewer.reread(options);
    if (this.#table) setText(this.#news, rereadWords(this.#table));
  }

  #fill(table: TableState): void {
    const content = [dialectFacts(table), lineStatsFacts(table), table.name, table.bytes];
    const shown = JSON.stringify(content);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#facts.replaceChildren(...dialectFacts(table).flatMap(definition));
    this.#lineStats.replaceChildren(...lineStatsFacts(table).map(counted));
    setText(this.#file, `${table.name}, ${bytes(table.bytes)}. ${texts.keptAsItCame}`);
  }

  #link({ status }: TableState): void {
    const { link, live } = this.#viewer;
    const url = live && status !== "receiving" ? tableUrl(link) : null;
    setAttr(this.#original, "href", url);
    setAttr(this.#asRead, "href", url && `${url}?view=1&query=%7B%7D`);
    for (const download of [this.#original, this.#asRead])
      setAttr(download, "hidden", url === null);
  }
}

function definition({ name, value, why }: Fact): HTMLElement[] {
  const reason = why === null ? null : h("span", { class: "tsv-why" }, sentence(why));
  return [h("dt", {}, name), h("dd", { dir: "auto" }, h("span", {}, value), reason)];
}

function counted({ name, value, why }: Fact): HTMLElement {
  const meaning = why === null ? null : h("span", { class: "tsv-soft" }, ` (${why})`);
  return h("li", {}, name, meaning, value === "" ? null : `: ${value}`);
}
