// The table with everything around it, drawn into an element from a model. Knows neither Jupyter
// nor WebSockets. Browser-only state: open dialogs, the upload under way.

import { EmptyState } from "../bars/empty-state.ts";
import { Speaker } from "../bars/live-region.ts";
import { Notices } from "../bars/notices.ts";
import { Pager } from "../bars/pager.ts";
import { AskingBar } from "../bars/query-bar.ts";
import { Work, workText } from "../bars/query-progress.ts";
import { Bar } from "../bars/toolbar.ts";
import { UndoNotice } from "../bars/undo.ts";
import { Progress } from "../bars/upload-progress.ts";
import { type ColumnAction, HeaderMenu } from "../column/header-menu.ts";
import { openColumnFinder } from "../dialogs/column-finder.ts";
import { PeoplePanel } from "../dialogs/people-panel.ts";
import { ReadingPanel } from "../dialogs/reading-panel.ts";
import { linksOf, openShare, placeOf } from "../dialogs/share.ts";
import { openShortcuts } from "../dialogs/shortcuts.ts";
import type { Model } from "../link/model.ts";
import { TablePane } from "../pane/table-pane.ts";
import { confirmed } from "../ui/confirm.ts";
import { h, put } from "../ui/dom.ts";
import { acceptDrops } from "../ui/file-drop.ts";
import type { NameStore } from "../view/me.ts";
import { Uploader, type Warning } from "../view/uploads.ts";
import type { LinkedView } from "../view/view-link.ts";
import { Viewer } from "../view/viewer.ts";
import { plain } from "../words/format.ts";

export interface Mounted {
  /** Upload a file as soon as there is a connection, as if it had been dropped here. */
  uploadWhenLive(file: File): void;
}

export interface Placing {
  /** A page of its own (fills the window, sets the title) or an output in a notebook. */
  place: "page" | "notebook";
  /** Aborted when the view goes. */
  signal: AbortSignal;
  /** Where the viewer's name is kept; without it a kernel keeps it. */
  names?: NameStore;
  /** The view in the link that was opened. */
  start?: LinkedView | null;
}

/** Draw a document into `el` and keep it up to date until the signal is aborted. */
export function mount(model: Model, el: HTMLElement, placing: Placing): Mounted {
  const component = new Component(model, placing);
  el.replaceChildren(component.element);
  placing.signal.addEventListener("abort", () => component.close());
  return component;
}

class Component implements Mounted {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #uploader: Uploader;
  readonly #place: Placing["place"];
  readonly #pane: TablePane;
  readonly #bar: Bar;
  readonly #asking: AskingBar;
  readonly #pager: Pager;
  readonly #speaker: Speaker;
  readonly #notices: Notices;
  readonly #undo: UndoNotice;
  readonly #progress: Progress;
  readonly #work: Work;
  readonly #empty: EmptyState;
  readonly #panel: ReadingPanel;
  readonly #people: PeoplePanel;
  readonly #menu: HeaderMenu;
  readonly #main = h("div", { class: "tsv-main" });
  readonly #file = h("input", { type: "file", hidden: true });
  #waiting: File | null = null;

  constructor(model: Model, { place, signal, names, start }: Placing) {
    this.#place = place;
    this.#viewer = new Viewer(model, names);
    this.#uploader = new Uploader(this.#viewer, (warning) => this.#confirm(warning));
    const choose = () => this.#file.click();
    this.#bar = this.#newBar(choose);
    this.#asking = new AskingBar(this.#viewer, (beside) => this.#findColumn(beside));
    this.#speaker = new Speaker(this.#viewer);
    this.#pager = new Pager(this.#viewer, this.#speaker.element);
    this.#notices = new Notices(this.#viewer);
    this.#undo = new UndoNotice(this.#viewer);
    this.#progress = new Progress(() => this.#uploader.cancel());
    this.#work = new Work(() => this.#viewer.cancel());
    this.#empty = new EmptyState(choose, () => this.#asking.clearFilters());
    this.element = h("div", { class: `tsvshare tsv-in-${place}`, lang: "en" });
    this.#pane = this.#newPane(signal);
    this.#layOut();
    this.#panel = new ReadingPanel(this.element, this.#viewer);
    this.#people = new PeoplePanel(this.element, this.#viewer);
    this.#menu = new HeaderMenu(this.element, this.#viewer, (column) => this.#actions(column));
    this.#listen(signal);
    if (start) this.#viewer.startAt(start);
    this.#update();
  }

  uploadWhenLive(file: File): void {
    this.#waiting = file;
    this.#update();
  }

  close(): void {
    this.#uploader.cancel();
    for (const dialog of [this.#panel, this.#people, this.#menu]) dialog.close();
    this.#asking.close();
    this.#viewer.close();
    this.#notices.dismiss();
  }

  // --- putting it together ---

  #newBar(onupload: () => void): Bar {
    return new Bar(this.#viewer, {
      onupload,
      onpeople: (beside) => this.#people.open(beside),
      onshare: () => this.#share(),
      onreading: () => this.#panel.toggle(),
      linked: this.#place === "notebook",
    });
  }

  #newPane(signal: AbortSignal): TablePane {
    const events = {
      onsay: (message: string) => this.#speaker.tell(message),
      onmenu: (column: number, header: HTMLElement) => this.#menu.open(column, header),
      onhelp: () => openShortcuts(this.element),
      onsearch: () => this.#asking.focus(),
      onfind: () => this.#asking.find(),
    };
    return new TablePane(this.#viewer, this.element, events, signal);
  }

  #layOut(): void {
    this.#main.append(this.#pane.grid.element, this.#empty.element);
    this.#main.append(this.#work.element, this.#notices.toast);
    const above = [this.#bar.element, this.#asking.element, this.#progress.element];
    const notices = [this.#undo.element, this.#notices.element];
    const rows = [...above, ...notices, this.#main, this.#pager.element];
    this.element.append(...rows, this.#file);
  }

  #listen(signal: AbortSignal): void {
    this.#viewer.onchange = () => this.#update();
    this.#viewer.onnotice = ({ message }) => this.#notices.tell(message);
    this.#uploader.onchange = () => this.#updateProgress();
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      this.#file.value = "";
      if (file) void this.#uploader.start(file);
    });
    acceptDrops(this.element, {
      allowed: () => this.#viewer.editor,
      onfile: (file) => void this.#uploader.start(file),
      onrefuse: (message) => this.#notices.tell(message),
      signal,
    });
  }

  // --- what is shown ---

  #update(): void {
    for (const part of [this.#bar, this.#asking, this.#pager, this.#notices, this.#undo]) {
      part.update();
    }
    this.#updateProgress();
    this.#updateWork();
    this.#empty.update(this.#viewer);
    this.#pane.update();
    this.#panel.update();
    this.#people.update();
    this.#mark();
    this.#speaker.update(this.element);
    if (this.#place === "page") this.#setTitle();
    if (this.#waiting && this.#viewer.live) void this.#uploader.start(this.#waiting);
    if (this.#viewer.live) this.#waiting = null;
  }

  /** What styles go by. */
  #mark(): void {
    const { turning, connection, document: shared, following, question } = this.#viewer;
    put(this.element, "data-turning", turning);
    put(this.element, "data-asking", question !== null);
    put(this.element, "data-alone", !following);
    put(this.element, "data-undoing", this.#undo.shown);
    put(this.element, "data-rereading", shared?.table?.status === "rereading");
    put(this.#pane.grid.element, "aria-busy", turning || question !== null ? "true" : null);
    put(this.element, "data-connection", connection);
  }

  #updateWork(): void {
    const work = workText(this.#viewer);
    if (work?.mine && !this.#work.shown) this.#speaker.tell(work.text);
    this.#work.update(work);
  }

  #updateProgress(): void {
    this.#progress.update(this.#uploader.current, this.#viewer.document?.table ?? null);
  }

  #setTitle(): void {
    const name = this.#viewer.document?.table?.name;
    document.title = name ? `${plain(name)} · tsvshare` : "tsvshare";
  }

  // --- dialogs ---

  #share(): void {
    const { link, liveness, editor } = this.#viewer;
    const links = linksOf(link?.view_url ?? null, liveness.key, editor);
    openShare(this.element, links, placeOf(this.#viewer));
  }

  #confirm({ title, text }: Warning): Promise<boolean> {
    return confirmed(this.element, title, text, "Replace");
  }

  #findColumn(beside: HTMLElement): void {
    openColumnFinder(this.element, beside, this.#viewer, {
      onchoose: (column) => this.#pane.grid.focusColumn(column),
      hidden: () => this.#pane.grid.columns.hidden,
      onshow: () => this.#pane.grid.arrange((columns) => columns.showAll()),
    });
  }

  #copyColumn(column: number): void {
    this.#pane.grid.selectColumn(column);
    const { range } = this.#pane.grid;
    if (range) void this.#pane.copy(range, true);
  }

  /** What can be done with a column on this screen only. */
  #actions(column: number): ColumnAction[] {
    const { grid } = this.#pane;
    const { pinned } = grid.columns;
    const is = pinned.includes(column);
    const move = (by: number) => () =>
      grid.arrange((columns) => columns.move(column, columns.slotOf(column) + by));
    return [
      { label: "Hide", act: () => grid.arrange((columns) => columns.hide(column)) },
      {
        label: is ? "Unpin" : "Pin",
        act: () => grid.arrange((columns) => (is ? columns.unpin(column) : columns.pin(column))),
      },
      { label: "Move left", act: move(-1) },
      { label: "Move right", act: move(1) },
      { label: "Select", act: () => grid.selectColumn(column) },
      { label: "Copy", act: () => this.#copyColumn(column) },
    ];
  }
}
