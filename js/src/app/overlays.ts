// What opens over the table, and what else is not needed to draw it. It is in the second part of the
// front end; dialogs.ts is the way to it.

import { FirstLineNotice } from "../bars/first-line.ts";
import { QuerySteps } from "../bars/query-steps.ts";
import { ChartsPanel } from "../charts/charts-panel.ts";
import { HeaderMenu } from "../column/header-menu.ts";
import { openColumnFinder } from "../dialogs/column-finder.ts";
import { openEarlier } from "../dialogs/earlier.ts";
import { FindBar } from "../dialogs/find-bar.ts";
import { openFormats } from "../dialogs/formats.ts";
import { openGoToRow } from "../dialogs/go-to-row.ts";
import { openPaste } from "../dialogs/paste.ts";
import { PeoplePanel } from "../dialogs/people-panel.ts";
import { ReadingPanel } from "../dialogs/reading-panel.ts";
import { openShare } from "../dialogs/share.ts";
import { openShortcuts } from "../dialogs/shortcuts.ts";
import { columnLook } from "../figures/column-look.ts";
import { Figures } from "../figures/figures.ts";
import { SelectionFacts } from "../figures/selection-facts.ts";
import { scrollOn } from "../grid/scrolling/scroll-on.ts";
import { Visit } from "../landing/recent.ts";
import { linkActions, valueActions } from "../pane/cell-actions.ts";
import { openCellMenu } from "../pane/cell-menu.ts";
import { copyRange } from "../pane/copy.ts";
import type { CellDialogs, TablePane } from "../pane/table-pane.ts";
import { openCell } from "../pane/whole-cell.ts";
import { openRecord, type RecordStart } from "../records/record.ts";
import { openTransposed } from "../records/transposed.ts";
import { SavedLink } from "../saved/saved-link.ts";
import { SavedViews } from "../saved/saved-views.ts";
import { ViewsPanel } from "../saved/views-panel.ts";
import { Switch } from "../ui/browser-storage.ts";
import { confirmed } from "../ui/confirm.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Viewer } from "../view/viewer.ts";
import { columnActions } from "./column-actions.ts";
import { findableOf } from "./findable.ts";

/** A table on the screen. */
export interface Shown {
  host: HTMLElement;
  viewer: Viewer;
  pane: TablePane;
  /** Whether it has a page of its own, whose browser keeps it among its recent tables. */
  atPage: boolean;
}

export class Overlays {
  readonly #host: HTMLElement;
  readonly #viewer: Viewer;
  readonly #pane: TablePane;
  readonly #reading: ReadingPanel;
  readonly #people: PeoplePanel;
  readonly #menu: HeaderMenu;
  readonly #selected: SelectionFacts;
  /** What shows what is new, as long as it is open... */
  readonly #updated: { update(): void }[];
  /** ...and what has to be ended. */
  readonly #ended: { close(): void }[];
  /** Whether scrolling goes on over the ends of a page. */
  readonly #scrolls = new Switch("tsvshare-scrolls-on");
  #find: FindBar | null = null;
  /** What is done with cells. */
  readonly cells: CellDialogs = { copyRange, openCell, openCellMenu, linkActions, valueActions };

  constructor({ host, viewer, pane, atPage }: Shown) {
    this.#host = host;
    this.#viewer = viewer;
    this.#pane = pane;
    const figures = new Figures(host, viewer, pane);
    const look = (column: number) => {
      const controls = figures.columnLook(column);
      return controls && columnLook(column, controls);
    };
    const saved = new SavedViews(viewer);
    this.#reading = new ReadingPanel(host, viewer);
    this.#people = new PeoplePanel(host, viewer);
    const firstLine = new FirstLineNotice(host, viewer);
    const steps = new QuerySteps(host, viewer);
    this.#menu = new HeaderMenu(host, viewer, (column) => columnActions(pane, column), look);
    this.#selected = new SelectionFacts(host, pane);
    const charts = new ChartsPanel(host, viewer, () => pane.grid.here?.column ?? 0);
    const views = new ViewsPanel(host, viewer, saved);
    const kept = atPage ? [new SavedLink(viewer, saved, location.href), new Visit(viewer)] : [];
    const panels = [this.#reading, this.#people, figures, views, charts];
    this.#updated = [...panels, firstLine, steps, ...kept];
    this.#ended = [...panels, this.#menu, this.#selected];
    this.#scrollOn();
  }

  #scrollOn(): void {
    const { grid } = this.#pane;
    const scrolls = this.#scrolls;
    scrollOn(grid.element, {
      get wanted() {
        return scrolls.on;
      },
      turn: (pages) => grid.turnOver(pages),
    });
  }

  /** Show what is new in what is open. */
  update(): void {
    for (const part of this.#updated) part.update();
    this.#find?.update();
    this.#selected.updateSoon();
  }

  close(): void {
    for (const part of this.#ended) part.close();
  }

  menu(column: number, header: HTMLElement): void {
    this.#menu.open(column, header);
  }

  people(beside: Element): void {
    this.#people.open(beside);
  }

  reading(): void {
    this.#reading.toggle();
  }

  share(): void {
    void openShare(this.#host, this.#viewer);
  }

  shortcuts(): void {
    openShortcuts(this.#host);
  }

  formats(beside: Element): void {
    openFormats(this.#host, beside, this.#viewer);
  }

  earlier(beside: Element): void {
    openEarlier(this.#host, beside, this.#viewer);
  }

  pasted(text: string, onreplace: (file: File) => void): void {
    openPaste(this.#host, this.#viewer, text, onreplace);
  }

  record(start: RecordStart): void {
    openRecord(this.#host, this.#viewer, start);
  }

  transposed(sheet: Sheet, columns: number[]): void {
    openTransposed(this.#host, this.#viewer, sheet, columns);
  }

  /** Open the find bar, in an element that begins above the table. */
  find(above: HTMLElement): void {
    this.#find ??= new FindBar(findableOf(this.#viewer, this.#pane));
    if (!this.#find.element.isConnected) above.prepend(this.#find.element);
    this.#find.open();
  }

  goToRow(beside: Element): void {
    const scrolls = this.#scrolls;
    openGoToRow(this.#host, beside, this.#viewer, {
      ongo: (place) => this.#pane.goToRow(place),
      scrollsOn: scrolls.on,
      onscrollson: (on) => scrolls.set(on),
    });
  }

  findColumn(beside: Element): void {
    const { grid } = this.#pane;
    openColumnFinder(this.#host, beside, this.#viewer, {
      onchoose: (column) => grid.focusColumn(column),
      hidden: () => grid.columns.hidden,
      onshow: () => grid.arrange((columns) => columns.showAllColumns()),
      ononly: (found) => grid.arrange((columns) => columns.showOnly(found)),
    });
  }

  confirmed(title: string, text: string, yes: string): Promise<boolean> {
    return confirmed(this.#host, title, text, yes);
  }
}
