// The component: a table with its bars, menus and dialogs, drawn into an element from a model.
// Knows neither Jupyter nor WebSockets. Browser-only state: which dialogs are open, the upload
// under way.

import { EmptyState } from "../bars/empty-state.ts";
import { LiveRegion } from "../bars/live-region.ts";
import { Notices } from "../bars/notices.ts";
import { OvertakenNotice } from "../bars/overtaken.ts";
import { Pager } from "../bars/pager.ts";
import { QueryBar } from "../bars/query-bar.ts";
import { QueryProgress, queryProgressText } from "../bars/query-progress.ts";
import { Toolbar } from "../bars/toolbar.ts";
import { UndoNotice } from "../bars/undo.ts";
import { UploadProgress } from "../bars/upload-progress.ts";
import type { ColumnAction } from "../column/header-menu.ts";
import type { Model } from "../link/model.ts";
import type { UploadCarrier } from "../link/upload-carriers.ts";
import { printWhole } from "../pane/printing.ts";
import { type CellDialogs, TablePane } from "../pane/table-pane.ts";
import { spoken, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { acceptDrops } from "../ui/file-drop.ts";
import { keepKeys, opensFind } from "../ui/host-keys.ts";
import { Pace } from "../ui/pace.ts";
import { pastedText, takesPaste } from "../ui/pasted.ts";
import type { NameStore } from "../view/me.ts";
import type { Sheet } from "../view/sheet.ts";
import { Uploader, type Warning } from "../view/uploads.ts";
import type { LinkedView } from "../view/view-link.ts";
import { Viewer } from "../view/viewer.ts";
import { plain } from "../words/format.ts";
import { isTable } from "../words/pasted.ts";
import { Dialogs } from "./dialogs.ts";
import { ExtrasLoader, type FetchExtras } from "./extras-loader.ts";

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

const askFirst = (event: Event): void => event.preventDefault();

/** Have the browser ask whoever leaves the page, or let them go. */
function askBeforeLeaving(ask: boolean): void {
  if (ask) window.addEventListener("beforeunload", askFirst);
  else window.removeEventListener("beforeunload", askFirst);
}

class Component implements Mounted {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #uploader: Uploader;
  readonly #place: MountOptions["place"];
  readonly #pane: TablePane;
  readonly #toolbar: Toolbar;
  readonly #queryBar: QueryBar;
  readonly #pager: Pager;
  readonly #liveRegion: LiveRegion;
  readonly #notices: Notices;
  readonly #undo: UndoNotice;
  readonly #overtaken: OvertakenNotice;
  readonly #uploadProgress: UploadProgress;
  readonly #queryProgress: QueryProgress;
  readonly #empty: EmptyState;
  readonly #dialogs: Dialogs;
  readonly #main = h("div", { class: "tsv-main" });
  readonly #file = h("input", { type: "file", hidden: true });
  readonly #pace = new Pace(() => this.#update());
  #waiting: File | null = null;

  constructor(model: Model, { place, signal, names, start, extras, build }: MountOptions) {
    this.#place = place;
    this.#viewer = new Viewer(model, names);
    const confirm = (warning: Warning) => this.#confirm(warning);
    const loader = new ExtrasLoader(() => extras(this.#viewer.requests), build);
    this.#uploader = new Uploader(this.#viewer, confirm, this.#newCarrier(loader));
    const choose = () => this.#file.click();
    this.#toolbar = this.#newToolbar(choose);
    this.#queryBar = new QueryBar(this.#viewer, (beside) => this.#findColumn(beside));
    this.#liveRegion = new LiveRegion(this.#viewer);
    this.#pager = this.#newPager();
    this.#notices = new Notices(this.#viewer);
    const earlier = (beside: Element) => this.#dialogs.earlier(beside);
    this.#undo = new UndoNotice(this.#viewer, () => this.#ownColumns, earlier);
    this.#overtaken = new OvertakenNotice(
      () => void this.#uploader.startAgain(),
      () => this.#uploader.forget(),
    );
    this.#uploadProgress = new UploadProgress(() => this.#uploader.cancel());
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
    return this.#uploader.current === null;
  }

  uploadWhenLive(file: File): void {
    this.#waiting = file;
    this.#update();
  }

  close(): void {
    this.#uploader.cancel();
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
      onpeople: (beside) => this.#dialogs.people(beside),
      onshare: () => this.#dialogs.share(),
      onreading: () => this.#dialogs.reading(),
      linked: this.#place === "notebook",
    });
  }

  #newPager(): Pager {
    return new Pager(this.#viewer, this.#liveRegion.element, {
      onformats: (beside) => this.#dialogs.formats(beside),
      onrow: () => this.#goToRow(),
    });
  }

  #newPane(signal: AbortSignal): TablePane {
    const events = {
      onsay: (message: string) => this.#liveRegion.announceText(message),
      onmenu: (column: number, header: HTMLElement) => this.#dialogs.menu(column, header),
      onhelp: () => this.#dialogs.shortcuts(),
      onsearch: () => this.#queryBar.focus(),
      onfind: () => this.#queryBar.find(),
      onrow: () => this.#goToRow(),
      oncell: (use: (dialogs: CellDialogs) => void) => this.#dialogs.cell(use),
      onrecord: (sheet: Sheet, row: number, columns: number[]) =>
        this.#dialogs.record({ sheet, row, columns }),
      ontranspose: (sheet: Sheet, columns: number[]) => this.#dialogs.transposed(sheet, columns),
    };
    return new TablePane(this.#viewer, this.element, events, signal);
  }

  #newDialogs(loader: ExtrasLoader): Dialogs {
    const actions = (column: number) => this.#actions(column);
    const fail = (message: string) => this.#notices.showToast(message);
    const keepsVisit = this.#place === "page";
    return new Dialogs(this.element, this.#viewer, actions, loader, fail, keepsVisit, this.#pane);
  }

  #layOut(): void {
    this.#main.append(this.#pane.grid.element, this.#empty.element);
    this.#main.append(this.#queryProgress.element, this.#notices.toast);
    const above = [this.#toolbar.element, this.#queryBar.element, this.#uploadProgress.element];
    const notices = [this.#overtaken.element, this.#undo.element, this.#notices.element];
    const rows = [...above, ...notices, this.#main, this.#pager.element];
    this.element.append(...rows, this.#file);
  }

  #listen(signal: AbortSignal): void {
    this.#viewer.onchange = () => this.#pace.ask();
    this.#viewer.onnotice = ({ message }) => this.#notices.showToast(message);
    this.#uploader.onchange = () => this.#updateUploadProgress();
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      this.#file.value = "";
      if (file) void this.#uploader.start(file);
    });
    const from = this.#place === "page" ? window : this.element;
    const say = (event: Event) => this.#sayOfFind(event as KeyboardEvent);
    // On the way down: the component lets few keys out.
    from.addEventListener("keydown", say, { capture: true, signal });
    from.addEventListener("paste", (event) => this.#paste(event as ClipboardEvent), { signal });
    keepKeys(this.element, signal);
    // Not with what is loaded later: who prints at once prints all of the page, too.
    printWhole(this.element, this.#viewer, () => this.#pane.grid.columns.slots, signal);
    acceptDrops(this.element, {
      allowed: () => this.#viewer.editor,
      onfile: (file) => void this.#uploader.start(file),
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
    const replace = (file: File) => void this.#uploader.start(file, { asked: true });
    this.#dialogs.pasted(text, replace);
  }

  /** In the table the browser's own find is no use: only rows near those in sight are drawn. */
  #sayOfFind(event: KeyboardEvent): void {
    if (!opensFind(event) || !this.#viewer.sheet?.height) return;
    const path = event.composedPath();
    const atPage = this.#place === "page" && path[0] === document.body;
    if (path.some((part) => part instanceof Element && part.matches(".tsv-find"))) return;
    if (!atPage && !path.includes(this.#pane.grid.element)) {
      this.#notices.showToast(texts.ownFind);
      return;
    }
    event.preventDefault();
    this.#dialogs.find(this.#main, this.#pane);
  }

  // --- what is shown ---

  #update(): void {
    // The grid first: it looks how much room there is, for which all that was changed is laid out.
    this.#pane.update();
    for (const part of [this.#toolbar, this.#queryBar, this.#pager, this.#notices]) part.update();
    this.#updateUploadProgress();
    this.#updateQueryProgress();
    this.#empty.update(this.#viewer);
    this.#undo.update();
    this.#dialogs.update();
    this.#mark();
    this.#liveRegion.update(this.element);
    if (this.#place === "page") this.#setTitle();
    if (this.#waiting && this.#viewer.live) void this.#uploader.start(this.#waiting);
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

  #updateUploadProgress(): void {
    this.#uploadProgress.update(this.#uploader.current, this.#viewer.document?.table ?? null);
    this.#overtaken.update(this.#uploader.overtaken);
    askBeforeLeaving(this.#uploader.current !== null);
  }

  #setTitle(): void {
    const name = this.#viewer.document?.table?.name;
    document.title = name ? `${plain(name)} · tsvshare` : "tsvshare";
  }

  // --- dialogs ---

  /** The ways by which a file gets to the relay, the best one first: they are in the second part. */
  #newCarrier(loader: ExtrasLoader): UploadCarrier {
    return {
      uploadFile: async (file, target, watch) => {
        const { httpWay, kernelWay, partedCarrier } = await loader.load();
        const through = kernelWay(this.#viewer.requests);
        const ways = () => {
          if (this.#place === "page") return [httpWay];
          return this.#viewer.reach.state === "no" ? [through] : [httpWay, through];
        };
        await partedCarrier(ways).uploadFile(file, target, watch);
      },
    };
  }

  #confirm({ title, text }: Warning): Promise<boolean> {
    return this.#dialogs.confirm(title, text, texts.replace);
  }

  #findColumn(beside: HTMLElement): void {
    this.#dialogs.findColumn(beside, {
      onchoose: (column) => this.#pane.grid.focusColumn(column),
      hidden: () => this.#pane.grid.columns.hidden,
      onshow: () => this.#pane.grid.arrange((columns) => columns.showAllColumns()),
      ononly: (found) => this.#pane.grid.arrange((columns) => columns.showOnly(found)),
    });
  }

  #goToRow(): void {
    if (!this.#viewer.view?.n_rows) return;
    this.#dialogs.goToRow(this.#pager.rows, (place) => this.#pane.goToRow(place));
  }

  #copyColumn(column: number): void {
    this.#pane.grid.selectColumn(column);
    const { range } = this.#pane.grid;
    if (range) this.#pane.copy(range, true);
  }

  get #ownColumns() {
    const { grid } = this.#pane;
    const { arranged } = grid.columns;
    return { arranged, reset: () => grid.arrange((columns) => columns.reset()) };
  }

  /** The actions on a column that concern this screen only. */
  #actions(column: number): ColumnAction[] {
    const { grid } = this.#pane;
    const { pinned } = grid.columns;
    const is = pinned.includes(column);
    const move = (by: number) => () =>
      grid.arrange((columns) => columns.move(column, columns.slotOf(column) + by));
    return [
      { label: texts.hideColumn, act: () => grid.arrange((columns) => columns.hideColumn(column)) },
      {
        label: is ? texts.unpinColumn : texts.pinColumn,
        act: () => grid.arrange((columns) => (is ? columns.unpin(column) : columns.pin(column))),
      },
      { label: texts.moveLeft, act: move(-1) },
      { label: texts.moveRight, act: move(1) },
      { label: texts.selectColumn, act: () => grid.selectColumn(column) },
      { label: texts.copyColumn, act: () => this.#copyColumn(column) },
    ];
  }
}
