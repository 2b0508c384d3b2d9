// The component: a table with its bars, menus and dialogs, drawn into an element from a model.
// Knows neither Jupyter nor WebSockets.

import { EmptyState } from "../bars/empty-state.ts";
import { LiveRegion } from "../bars/live-region.ts";
import { Notices } from "../bars/notices.ts";
import { Pager } from "../bars/pager.ts";
import { QueryBar } from "../bars/query-bar.ts";
import { QueryProgress, queryProgressText } from "../bars/query-progress.ts";
import { Toolbar } from "../bars/toolbar.ts";
import { UndoNotice } from "../bars/undo.ts";
import type { Model } from "../link/model.ts";
import { printWhole } from "../pane/printing.ts";
import { type CellDialogs, TablePane } from "../pane/table-pane.ts";
import { spoken, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { acceptDrops } from "../ui/file-drop.ts";
import { keepKeys, opensFind } from "../ui/host-keys.ts";
import { Pace } from "../ui/pace.ts";
import { pastedText, takesPaste } from "../ui/pasted.ts";
import type { Warning } from "../view/files/uploads.ts";
import type { NameStore } from "../view/me.ts";
import type { Sheet } from "../view/sheet.ts";
import type { LinkedView } from "../view/view-link.ts";
import { Viewer } from "../view/viewer.ts";
import { plain } from "../words/format.ts";
import { isTable } from "../words/pasted.ts";
import { Dialogs } from "./dialogs.ts";
import { ExtrasLoader, type FetchExtras } from "./extras-loader.ts";
import { Uploads } from "./uploads.ts";

export interface Mounted {
  /** Upload a file as soon as there is a connection, as if it had been dropped here. */
  uploadWhenLive(file: File): void;
  /** Whether it may be drawn anew: nothing is being sent. */
  readonly idle: boolean;
  /** What the host knows of the kernel behind the model. */
  readonly kernel: { end(): void; doubt(): void };
}

export interface MountOptions {
  /** A page of its own (fills the window, sets the title) or an output in a notebook. */
  place: "page" | "notebook";
  /** Aborted when the view goes. */
  signal: AbortSignal;
  /** Where the viewer's name is kept; without it a kernel keeps it. */
  names?: NameStore;
  /** Where the second part of the front end comes from, and of which build it has to be. */
  extras: FetchExtras;
  build: string;
  /** The view in the link that was opened. */
  start?: LinkedView | null;
}

/** Draw a document into `el` and keep it up to date until the signal is aborted. */
export function mount(model: Model, el: HTMLElement, options: MountOptions): Mounted {
  const component = new Component(model, options);
  el.replaceChildren(component.element);
  options.signal.addEventListener("abort", () => component.close());
  return component;
}

class Component implements Mounted {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #uploads: Uploads;
  readonly #atPage: boolean;
  readonly #pane: TablePane;
  readonly #toolbar: Toolbar;
  readonly #queryBar: QueryBar;
  readonly #pager: Pager;
  readonly #liveRegion: LiveRegion;
  readonly #notices: Notices;
  readonly #undo: UndoNotice;
  readonly #queryProgress: QueryProgress;
  readonly #empty: EmptyState;
  readonly #dialogs: Dialogs;
  readonly #main = h("div", { class: "tsv-main" });
  readonly #file = h("input", { type: "file", hidden: true });
  readonly #pace = new Pace((inFrame) => this.#update(inFrame));
  #waiting: File | null = null;

  constructor(model: Model, { place, signal, names, start, extras, build }: MountOptions) {
    this.#atPage = place === "page";
    this.#viewer = new Viewer(model, names);
    const confirm = (warning: Warning) => this.#confirm(warning);
    const loader = new ExtrasLoader(() => extras(this.#viewer.requests), build);
    this.#uploads = new Uploads(this.#viewer, loader, confirm, this.#atPage);
    const choose = () => this.#file.click();
    this.#toolbar = this.#newToolbar(choose);
    this.#queryBar = new QueryBar(this.#viewer, (beside) =>
      this.#dialogs.open((over) => over.findColumn(beside)),
    );
    this.#liveRegion = new LiveRegion(this.#viewer);
    this.#pager = this.#newPager();
    this.#notices = new Notices(this.#viewer);
    const earlier = (beside: Element) => this.#dialogs.open((over) => over.earlier(beside));
    this.#undo = new UndoNotice(this.#viewer, () => this.#ownColumns, earlier);
    this.#queryProgress = new QueryProgress(() => this.#viewer.cancelQuery());
    this.#empty = new EmptyState(choose, () => this.#queryBar.clearFilters());
    const tag = place === "page" ? "main" : "div";
    this.element = h(tag, { class: `tsvshare tsv-in-${place}`, lang: spoken().language });
    this.#pane = this.#newPane(signal);
    this.#layOut();
    this.#dialogs = this.#newDialogs(loader);
    this.#listen(signal);
    if (start) this.#viewer.startAt(start);
    this.#update();
  }

  get kernel() {
    const { liveness } = this.#viewer;
    return { end: () => liveness.end(), doubt: () => liveness.doubt() };
  }

  get idle(): boolean {
    return this.#uploads.idle;
  }

  uploadWhenLive(file: File): void {
    this.#waiting = file;
    this.#update();
  }

  close(): void {
    this.#uploads.cancel();
    this.#pace.stop();
    this.#dialogs.close();
    this.#queryBar.close();
    this.#viewer.close();
    this.#notices.hideToast();
  }

  // --- putting it together ---

  #newToolbar(onupload: () => void): Toolbar {
    return new Toolbar(this.#viewer, {
      onupload,
      onpeople: (beside) => this.#dialogs.open((over) => over.people(beside)),
      onshare: () => this.#dialogs.open((over) => over.share()),
      onreading: () => this.#dialogs.open((over) => over.reading()),
      linked: !this.#atPage,
    });
  }

  #newPager(): Pager {
    return new Pager(this.#viewer, this.#liveRegion.element, {
      onformats: (beside) => this.#dialogs.open((over) => over.formats(beside)),
      onrow: () => this.#goToRow(),
    });
  }

  #newPane(signal: AbortSignal): TablePane {
    const events = {
      ondrawn: () => this.#updateAround(),
      onsay: (message: string) => this.#liveRegion.announceText(message),
      onmenu: (column: number, header: HTMLElement) =>
        this.#dialogs.open((over) => over.menu(column, header)),
      onhelp: () => this.#dialogs.open((over) => over.shortcuts()),
      onsearch: () => this.#queryBar.focus(),
      onfind: () => this.#queryBar.find(),
      onrow: () => this.#goToRow(),
      oncell: (use: (dialogs: CellDialogs) => void) =>
        this.#dialogs.open(({ cells }) => use(cells)),
      onrecord: (sheet: Sheet, row: number, columns: number[]) =>
        this.#dialogs.open((over) => over.record({ sheet, row, columns })),
      ontranspose: (sheet: Sheet, columns: number[]) =>
        this.#dialogs.open((over) => over.transposed(sheet, columns)),
    };
    return new TablePane(this.#viewer, this.element, events, signal);
  }

  #newDialogs(loader: ExtrasLoader): Dialogs {
    const [host, viewer, pane, atPage] = [this.element, this.#viewer, this.#pane, this.#atPage];
    const fail = (message: string) => this.#notices.showToast(message);
    return new Dialogs({ host, viewer, pane, atPage }, loader, fail);
  }

  #layOut(): void {
    this.#main.append(this.#pane.grid.element, this.#empty.element);
    this.#main.append(this.#queryProgress.element, this.#notices.toast);
    const above = [this.#toolbar.element, this.#queryBar.element, this.#uploads.progress.element];
    const notices = [this.#undo.element, this.#notices.element];
    const rows = [...above, ...notices, this.#main, this.#pager.element];
    this.element.append(...rows, this.#file);
  }

  #listen(signal: AbortSignal): void {
    this.#viewer.onchange = () => this.#pace.ask();
    this.#viewer.onnotice = ({ message }) => this.#notices.showToast(message);
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      this.#file.value = "";
      if (file) void this.#uploads.start(file);
    });
    const from = this.#atPage ? window : this.element;
    const say = (event: Event) => this.#sayOfFind(event as KeyboardEvent);
    // On the way down: the component lets few keys out.
    from.addEventListener("keydown", say, { capture: true, signal });
    from.addEventListener("paste", (event) => this.#paste(event as ClipboardEvent), { signal });
    keepKeys(this.element, signal);
    // Not with what is loaded later: who prints at once prints all of the page, too.
    printWhole(this.element, this.#viewer, () => this.#pane.grid.columns.slots, signal);
    acceptDrops(this.element, {
      allowed: () => this.#viewer.editor,
      onfile: (file) => void this.#uploads.start(file),
      onrefuse: (message) => this.#notices.showToast(message),
      signal,
    });
  }

  /** Cells pasted by an editor become the table, or are added to it. */
  #paste(event: ClipboardEvent): void {
    if (event.defaultPrevented || takesPaste(event) || !this.#viewer.editor) return;
    const text = pastedText(event.clipboardData);
    if (!isTable(text)) return;
    event.preventDefault();
    const replace = (file: File) => void this.#uploads.start(file, { asked: true });
    this.#dialogs.open((over) => over.pasted(text, replace));
  }

  /** In the table the browser's own find is no use: only rows near those in sight are drawn. */
  #sayOfFind(event: KeyboardEvent): void {
    if (!opensFind(event) || !this.#viewer.sheet?.height) return;
    const path = event.composedPath();
    const atPage = this.#atPage && path[0] === document.body;
    if (path.some((part) => part instanceof Element && part.matches(".tsv-find"))) return;
    if (!atPage && !path.includes(this.#pane.grid.element)) {
      this.#notices.showToast(texts.ownFind);
      return;
    }
    event.preventDefault();
    this.#dialogs.open((over) => over.find(this.#main));
  }

  // --- what is shown ---

  #update(inFrame = true): void {
    // The grid first: it looks how much room there is, for which all that was changed is laid out.
    this.#pane.update();
    // Of a page that was turned to, the rows in sight come first, as long as there is time.
    if (!this.#pane.grid.unfinished) this.#updateAround();
    else if (inFrame) this.#pane.grid.finish();
  }

  #updateAround(): void {
    for (const part of [this.#toolbar, this.#queryBar, this.#pager, this.#notices]) part.update();
    this.#uploads.update();
    this.#updateQueryProgress();
    this.#empty.update(this.#viewer);
    this.#undo.update();
    this.#dialogs.update();
    this.#mark();
    this.#liveRegion.update(this.element);
    if (this.#atPage) this.#setTitle();
    if (this.#waiting && this.#viewer.live) void this.#uploads.start(this.#waiting);
    if (this.#viewer.live) this.#waiting = null;
  }

  /** Set the attributes that styles go by. */
  #mark(): void {
    const { turning, connection, document: shared, following, pendingQuery } = this.#viewer;
    setAttr(this.element, "data-turning", turning);
    setAttr(this.element, "data-querying", pendingQuery !== null);
    setAttr(this.element, "data-alone", !following);
    setAttr(this.element, "data-undoing", this.#undo.shown);
    setAttr(this.element, "data-rereading", shared?.table?.status === "rereading");
    setAttr(this.#pane.grid.element, "aria-busy", turning || pendingQuery !== null ? "true" : null);
    setAttr(this.element, "data-connection", connection);
  }

  #updateQueryProgress(): void {
    const queryProgress = queryProgressText(this.#viewer);
    if (queryProgress?.mine && !this.#queryProgress.shown)
      this.#liveRegion.announceText(queryProgress.text);
    this.#queryProgress.update(queryProgress);
  }

  #setTitle(): void {
    const name = this.#viewer.document?.table?.name;
    document.title = name ? `${plain(name)} · tsvshare` : "tsvshare";
  }

  // --- dialogs ---

  #confirm({ title, text }: Warning): Promise<boolean> {
    return this.#dialogs.confirm(title, text, texts.replace);
  }

  #goToRow(): void {
    if (!this.#viewer.view?.n_rows) return;
    this.#dialogs.open((over) => over.goToRow(this.#pager.rows));
  }

  get #ownColumns() {
    const { grid } = this.#pane;
    const { arranged } = grid.columns;
    return { arranged, reset: () => grid.arrange((columns) => columns.reset()) };
  }
}
