// The table with everything around it, drawn into an element from a model. Knows neither Jupyter
// nor WebSockets. Browser-only state: what was announced, open dialogs, the upload under way.
import { announce, announceOwn, people } from "./announce.ts";
import { Bar } from "./bar.ts";
import { h, put, say } from "./dom.ts";
import { acceptDrops } from "./drop.ts";
import { plain } from "./format.ts";
import { Grid } from "./grid.ts";
import type { Model } from "./model.ts";
import { Notices, Progress } from "./notices.ts";
import { Pager } from "./pager.ts";
import { ReadingPanel } from "./panel.ts";
import { linksOf, openShare } from "./share.ts";
import { PENDING } from "./sheet.ts";
import { EmptyState } from "./states.ts";
import { Uploader } from "./uploads.ts";
import { Viewer } from "./viewer.ts";
import { openCell } from "./whole-cell.ts";
import type { Snapshot } from "./wire.ts";

export interface Mounted {
  /** Upload a file as soon as there is a connection, as if it had been dropped here. */
  uploadWhenLive(file: File): void;
}

export interface Placing {
  /** A page of its own (fills the window, sets the title) or an output in a notebook. */
  place: "page" | "notebook";
  /** Aborted when the view goes. */
  signal: AbortSignal;
}

/** Draw a document into `el` and keep it up to date until the signal is aborted. */
export function mount(model: Model, el: HTMLElement, { place, signal }: Placing): Mounted {
  const component = new Component(model, place, signal);
  el.replaceChildren(component.element);
  signal.addEventListener("abort", () => component.close());
  return component;
}

class Component implements Mounted {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #uploader: Uploader;
  readonly #place: Placing["place"];
  readonly #grid: Grid;
  readonly #bar: Bar;
  readonly #pager: Pager;
  readonly #notices: Notices;
  readonly #progress: Progress;
  readonly #empty: EmptyState;
  readonly #panel: ReadingPanel;
  readonly #main = h("div", { class: "tsv-main" });
  readonly #said = h("span", { class: "tsv-said" });
  readonly #people = h("span", { class: "tsv-who" });
  readonly #file = h("input", { type: "file", hidden: true });
  #waiting: File | null = null;
  #announced: Snapshot | null = null;
  #own: number | null = null;
  #connection = "";

  constructor(model: Model, place: Placing["place"], signal: AbortSignal) {
    this.#place = place;
    this.#viewer = new Viewer(model);
    this.#uploader = new Uploader(this.#viewer);
    const choose = () => this.#file.click();
    const linked = place === "notebook";
    const onshare = () => this.#share();
    const onreading = () => this.#panel.open();
    this.#bar = new Bar(this.#viewer, { onupload: choose, onshare, onreading, linked });
    this.#pager = new Pager(this.#viewer, this.#status());
    this.#notices = new Notices(this.#viewer);
    this.#progress = new Progress(() => this.#uploader.cancel());
    this.#empty = new EmptyState(choose);
    const onsight = (start: number, stop: number) => this.#viewer.need(start, stop);
    const onopen = (row: number, column: number) => this.#open(row, column);
    this.#grid = new Grid({ onsight, onopen }, signal);
    this.element = this.#layOut();
    this.#panel = new ReadingPanel(this.element, this.#viewer);
    this.#listen(signal);
    this.#update();
  }

  uploadWhenLive(file: File): void {
    this.#waiting = file;
    this.#update();
  }

  close(): void {
    this.#uploader.cancel();
    this.#panel.close();
    this.#viewer.close();
    this.#notices.dismiss();
  }

  #layOut(): HTMLElement {
    this.#main.append(this.#grid.element, this.#empty.element, this.#notices.toast);
    const above = [this.#bar.element, this.#progress.element, this.#notices.element];
    const attributes = { class: `tsvshare tsv-in-${this.#place}`, lang: "en" };
    return h("div", attributes, ...above, this.#main, this.#pager.element, this.#file);
  }

  #status(): HTMLElement {
    const attributes = { class: "tsv-status", role: "status", "aria-live": "polite" };
    return h("div", { ...attributes, "aria-atomic": "false" }, this.#said, this.#people);
  }

  #listen(signal: AbortSignal): void {
    this.#viewer.onchange = () => this.#update();
    this.#viewer.onnotice = ({ message }) => this.#notices.tell(message);
    this.#uploader.onchange = () => this.#updateProgress();
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      this.#file.value = "";
      if (file) this.#uploader.start(file);
    });
    acceptDrops(this.element, {
      allowed: () => this.#viewer.editor,
      onfile: (file) => this.#uploader.start(file),
      onrefuse: (message) => this.#notices.tell(message),
      signal,
    });
  }

  // --- what is shown ---

  #update(): void {
    const { sheet, view, turning, connection, document: shared } = this.#viewer;
    this.#bar.update();
    this.#pager.update();
    this.#notices.update();
    this.#updateProgress();
    this.#empty.update(this.#viewer);
    put(this.#grid.element, "hidden", !sheet?.width);
    if (sheet && view) this.#grid.show(sheet, view, JSON.stringify(shared?.table?.reading));
    this.#panel.update();
    put(this.element, "data-turning", turning);
    put(this.element, "data-rereading", shared?.table?.status === "rereading");
    put(this.#grid.element, "aria-busy", turning ? "true" : null);
    put(this.element, "data-connection", connection);
    this.#announce();
    if (this.#place === "page") this.#setTitle();
    if (this.#waiting && this.#viewer.live) this.#uploader.start(this.#waiting);
    if (this.#viewer.live) this.#waiting = null;
  }

  #updateProgress(): void {
    this.#progress.update(this.#uploader.current, this.#viewer.document?.table ?? null);
  }

  #setTitle(): void {
    const name = this.#viewer.document?.table?.name;
    document.title = name ? `${plain(name)} · tsvshare` : "tsvshare";
  }

  #announce(): void {
    const { snapshot, link, connection, live, following, page } = this.#viewer;
    if (snapshot && snapshot !== this.#announced) {
      const news = announce(this.#announced, snapshot, following);
      if (news) say(this.#said, news);
      this.#announced = snapshot;
    }
    const own = following ? null : page;
    if (own !== null && own !== this.#own) say(this.#said, announceOwn(own));
    this.#own = own;
    if (connection !== this.#connection && connection !== "live" && this.#connection === "live") {
      say(this.#said, "The connection was lost");
    } else if (live && this.#connection === "stale") say(this.#said, "Live again");
    this.#connection = connection;
    say(this.#people, live && link ? people(link.viewers) : "");
  }

  // --- dialogs ---

  #share(): void {
    const { link, liveness, editor } = this.#viewer;
    openShare(this.element, linksOf(link?.view_url ?? null, liveness.key, editor));
  }

  #open(row: number, column: number): void {
    const { sheet } = this.#viewer;
    const text = sheet?.cell(row, column);
    if (!sheet || text === undefined || text === PENDING) return;
    const name = sheet.name(column);
    const title = name?.text && name.by !== "place" ? name.text : `column ${column + 1}`;
    const place = { row: sheet.page.first_row + row + 1, line: sheet.line(row) };
    const cell = { column: title, ...place, text, cut: sheet.cutBytes(row, column) };
    openCell(this.element, cell, () => this.#viewer.cell(sheet, row, column));
  }
}
