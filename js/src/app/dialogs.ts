// What opens over the table, and what else is not needed to draw it: all of it is in the second part of
// the front end.

import type { FirstLineNotice } from "../bars/first-line.ts";
import type { QuerySteps } from "../bars/query-steps.ts";
import type { ChartsPanel } from "../charts/charts-panel.ts";
import type { ColumnAction, HeaderMenu } from "../column/header-menu.ts";
import type { FoundColumn } from "../dialogs/column-finder.ts";
import type { FindBar } from "../dialogs/find-bar.ts";
import type { RowChoice } from "../dialogs/go-to-row.ts";
import type { PeoplePanel } from "../dialogs/people-panel.ts";
import type { ReadingPanel } from "../dialogs/reading-panel.ts";
import type { Figures } from "../figures/figures.ts";
import type { SelectionFacts } from "../figures/selection-facts.ts";
import type { Visit } from "../landing/recent.ts";
import type { CellDialogs, TablePane } from "../pane/table-pane.ts";
import type { RecordStart } from "../records/record.ts";
import type { SavedLink } from "../saved/saved-link.ts";
import type { ViewsPanel } from "../saved/views-panel.ts";
import { spoken, texts } from "../texts/texts.ts";
import type { Switch } from "../ui/browser-storage.ts";
import { h } from "../ui/dom.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import type { Extras, ExtrasLoader } from "./extras-loader.ts";

interface Opened {
  extras: Extras;
  panel: ReadingPanel;
  people: PeoplePanel;
  menu: HeaderMenu;
  visit: Visit | null;
  steps: QuerySteps;
  figures: Figures;
  firstLine: FirstLineNotice;
  selected: SelectionFacts;
  views: ViewsPanel;
  charts: ChartsPanel;
  /** Whether scrolling goes on over the ends of a page. */
  scrolls: Switch;
  /** The saved view that the address of a page may lead to. */
  linked: SavedLink | null;
}

/** Milliseconds after which the second part is fetched even if the browser has had no rest. */
const REST_MS = 2000;

export class Dialogs {
  readonly #host: HTMLElement;
  readonly #viewer: Viewer;
  readonly #actions: (column: number) => ColumnAction[];
  readonly #loader: ExtrasLoader;
  readonly #onfailure: (message: string) => void;
  readonly #keepsVisit: boolean;
  readonly #pane: TablePane;
  #opened: Opened | null = null;
  #find: FindBar | null = null;
  #prepared = false;

  /** `actions`: those of the menu of a column; `onfailure` hears why something cannot be opened;
   * `keepsVisit`: the browser keeps the table among its recent ones. */
  constructor(
    host: HTMLElement,
    viewer: Viewer,
    actions: (column: number) => ColumnAction[],
    loader: ExtrasLoader,
    onfailure: (message: string) => void,
    keepsVisit: boolean,
    pane: TablePane,
  ) {
    this.#pane = pane;
    this.#keepsVisit = keepsVisit;
    this.#host = host;
    this.#viewer = viewer;
    this.#actions = actions;
    this.#loader = loader;
    this.#onfailure = onfailure;
  }

  menu(column: number, header: HTMLElement): void {
    this.#with(({ menu }) => menu.open(column, header));
  }

  people(beside: Element): void {
    this.#with(({ people }) => people.open(beside));
  }

  reading(): void {
    this.#with(({ panel }) => panel.toggle());
  }

  share(): void {
    this.#with(({ extras }) => void extras.openShare(this.#host, this.#viewer));
  }

  shortcuts(): void {
    this.#with(({ extras }) => extras.openShortcuts(this.#host));
  }

  formats(beside: Element): void {
    this.#with(({ extras }) => extras.openFormats(this.#host, beside, this.#viewer));
  }

  cell(use: (dialogs: CellDialogs) => void): void {
    this.#with(({ extras }) => use(extras));
  }

  /** Open the find bar, in an element that begins above the table. */
  find(above: HTMLElement, pane: TablePane): void {
    this.#with(({ extras }) => {
      this.#find ??= new extras.FindBar(extras.findableOf(this.#viewer, pane));
      if (!this.#find.element.isConnected) above.prepend(this.#find.element);
      this.#find.open();
    });
  }

  goToRow(beside: Element, ongo: RowChoice["ongo"]): void {
    this.#with(({ extras, scrolls }) => {
      const choice = { ongo, scrollsOn: scrolls.on, onscrollson: (on: boolean) => scrolls.set(on) };
      extras.openGoToRow(this.#host, beside, this.#viewer, choice);
    });
  }

  findColumn(beside: Element, events: FoundColumn): void {
    this.#with(({ extras }) => extras.openColumnFinder(this.#host, beside, this.#viewer, events));
  }

  record(start: RecordStart): void {
    this.#with(({ extras }) => extras.openRecord(this.#host, this.#viewer, start));
  }

  transposed(sheet: Sheet, columns: number[]): void {
    this.#with(({ extras }) => extras.openTransposed(this.#host, this.#viewer, sheet, columns));
  }

  /** Ask for a confirmation; where the second part cannot be loaded that is said, and it is a no. */
  async confirm(title: string, text: string, yes: string): Promise<boolean> {
    try {
      const { extras } = await this.#load();
      return await extras.confirmed(this.#host, title, text, yes);
    } catch (error) {
      this.#onfailure(sentence((error as Error).message));
      return false;
    }
  }

  earlier(beside: Element): void {
    this.#with(({ extras }) => extras.openEarlier(this.#host, beside, this.#viewer));
  }

  pasted(text: string, onreplace: (file: File) => void): void {
    this.#with(({ extras }) => extras.openPaste(this.#host, this.#viewer, text, onreplace));
  }

  /** Show what is new in what is open; the second part is fetched once there is a page. */
  update(): void {
    if (!this.#prepared && this.#viewer.view !== null) {
      this.#prepared = true;
      whenIdle(() => this.#load().catch(() => {}));
    }
    this.#opened?.panel.update();
    this.#opened?.people.update();
    this.#opened?.visit?.update();
    this.#opened?.steps.update();
    this.#find?.update();
    this.#opened?.figures.update();
    this.#opened?.firstLine.update();
    this.#opened?.selected.updateSoon();
    this.#opened?.views.update();
    this.#opened?.charts.update();
    this.#opened?.linked?.update();
  }

  close(): void {
    const { panel, people, menu, figures, selected, views, charts } = this.#opened ?? {};
    for (const part of [panel, people, menu, figures, selected, views, charts]) part?.close();
  }

  #with(open: (opened: Opened) => void): void {
    if (this.#opened) open(this.#opened);
    else this.#load().then(open, (error: Error) => this.#onfailure(sentence(error.message)));
  }

  async #load(): Promise<Opened> {
    const extras = await this.#loader.load();
    if (this.#opened) return this.#opened;
    extras.speak(spoken(), texts);
    const [host, viewer] = [this.#host, this.#viewer];
    host.append(h("style", {}, extras.style));
    const figures = new extras.Figures(host, viewer, this.#pane);
    const look = (column: number) => {
      const controls = figures.columnLook(column);
      return controls && extras.columnLook(column, controls);
    };
    const saved = new extras.SavedViews(viewer);
    const scrolls = new extras.Switch("tsvshare-scrolls-on");
    const { grid } = this.#pane;
    extras.scrollOn(grid.element, {
      get wanted() {
        return scrolls.on;
      },
      turn: (pages) => grid.turnOver(pages),
    });
    this.#opened = {
      extras,
      scrolls,
      panel: new extras.ReadingPanel(host, viewer),
      people: new extras.PeoplePanel(host, viewer),
      firstLine: new extras.FirstLineNotice(host, viewer),
      steps: new extras.QuerySteps(host, viewer),
      menu: new extras.HeaderMenu(host, viewer, this.#actions, look),
      figures,
      selected: new extras.SelectionFacts(host, this.#pane),
      charts: new extras.ChartsPanel(host, viewer, () => this.#pane.grid.here?.column ?? 0),
      views: new extras.ViewsPanel(host, viewer, saved),
      linked: this.#keepsVisit ? new extras.SavedLink(viewer, saved, location.href) : null,
      visit: this.#keepsVisit ? new extras.Visit(viewer) : null,
    };
    this.update();
    return this.#opened;
  }
}

function whenIdle(work: () => void): void {
  // Safari has no such call.
  if ("requestIdleCallback" in window) window.requestIdleCallback(work, { timeout: REST_MS });
  else setTimeout(work, REST_MS / 2);
}
