// The table pane: the grid and what can be done with its cells: open, copy, select. Stands between
// the grid, which knows no documents, and the viewer, which knows no screen.

import type { Point, Range } from "../grid/events.ts";
import { Grid } from "../grid/grid.ts";
import { rowOnPage } from "../grid/scrolling/spot.ts";
import type { Pointer } from "../grid/selecting/pointers.ts";
import type { Selected } from "../grid/selecting/selection.ts";
import { cycleSort } from "../protocol/query.ts";
import { rulesOf } from "../protocol/read-options.ts";
import { fill, texts } from "../texts/texts.ts";
import { setAttr } from "../ui/dom.ts";
import { pageOfRow } from "../view/paging.ts";
import { hueOf, shownName } from "../view/people.ts";
import { PENDING, type Sheet } from "../view/sheet.ts";
import type { Viewer } from "../view/viewer.ts";
import type { linkActions, valueActions } from "./cell-actions.ts";
import type { CellAction, openCellMenu } from "./cell-menu.ts";
import type { copyRange } from "./copy.ts";
import { arrangementOf } from "./kept-arrangements.ts";
import type { openCell } from "./whole-cell.ts";

/** What is done with cells: it comes with the second part of the front end. */
export interface CellDialogs {
  copyRange: typeof copyRange;
  openCell: typeof openCell;
  openCellMenu: typeof openCellMenu;
  linkActions: typeof linkActions;
  valueActions: typeof valueActions;
}

export interface PaneEvents {
  /** All of a page has been drawn that was begun with the rows in sight. */
  ondrawn(): void;
  /** Use what is done with cells, as soon as it is here. */
  oncell(use: (dialogs: CellDialogs) => void): void;
  /** Announce something in the live region. */
  onsay(message: string): void;
  /** Show what can be done with a column. */
  onmenu(column: number, header: HTMLElement): void;
  /** Show which keys do what. */
  onhelp(): void;
  onsearch(): void;
  /** Find a column by name. */
  onfind(): void;
  /** Ask for the row to go to. */
  onrow(): void;
  /** Show a row of a page downwards, with its columns in an order. */
  onrecord(sheet: Sheet, row: number, columns: number[]): void;
  /** Show a page on its side. */
  ontranspose(sheet: Sheet, columns: number[]): void;
}

/** Milliseconds that a selection stays the same before it is sent to the kernel. */
const SETTLED_MS = 150;

/** A table for a viewer; its dialogs open in `host`. */
export class TablePane {
  readonly grid: Grid;
  readonly #viewer: Viewer;
  readonly #host: HTMLElement;
  readonly #events: PaneEvents;
  #hit: { row: number; column: number | null } | null = null;
  /** Columns have come into sight, or their headers were drawn anew. */
  onsight: (columns: Int32Array) => void = () => {};
  /** The selection has changed. */
  onselected: () => void = () => {};
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(viewer: Viewer, host: HTMLElement, events: PaneEvents, signal: AbortSignal) {
    this.#viewer = viewer;
    this.#host = host;
    this.#events = events;
    this.grid = this.#newGrid(signal);
    viewer.here = () => {
      const { here } = this.grid;
      const { sheet } = viewer;
      return here && sheet && [sheet.rowId(here.row), here.column];
    };
    signal.addEventListener("abort", () => clearTimeout(this.#telling));
  }

  /** Draw what the viewer has now. */
  update(): void {
    const { sheet, view, document: shared } = this.#viewer;
    setAttr(this.grid.element, "hidden", !sheet?.width);
    if (!sheet || !view) return;
    this.grid.showPage(sheet, view, rulesOf(shared?.table?.reading));
    this.#goToSpot(sheet);
    this.grid.showPointers(this.#pointers(sheet));
  }

  /** Mark a text, and the cell where it was found: a row by its id. */
  markFound(text: string, hit: { row: number; column: number | null } | null): void {
    this.#hit = hit;
    this.grid.markText(text);
    if (this.#viewer.sheet) this.grid.showPointers(this.#pointers(this.#viewer.sheet));
  }

  /** Go where somebody brought this viewer, or where the link leads. */
  #goToSpot(sheet: Sheet): void {
    const spot = this.#viewer.takeSpot();
    if (spot === null) return;
    const [row, column] = spot;
    const here = rowOnPage(sheet, { row, focus: false }) !== null;
    // The page of somebody who is followed may still be on its way.
    if (!here && this.#viewer.followed === null) this.#events.onsay(texts.rowElsewhere);
    else this.grid.goTo({ row, column, focus: false });
  }

  /** Where others point, as far as it is on this page. */
  #pointers(sheet: Sheet): Pointer[] {
    const { link, pointing } = this.#viewer;
    const at = ({ row: id, column }: { row: number; column: number | null }) => {
      const row = rowOnPage(sheet, { row: id, focus: false });
      const slot = column === null ? null : this.grid.columns.slotOf(column);
      return row === null ? [] : [{ row, slot }];
    };
    const found = this.#hit ? at(this.#hit) : [];
    const others = pointing.spotsIn(sheet.page.table).flatMap((spot) =>
      at(spot).map((here) => ({
        ...{ by: spot.by, name: shownName(link, spot.by), hue: hueOf(spot.by) },
        ...here,
      })),
    );
    return [...others, ...found.map((here) => ({ by: "", name: "", hue: 0, hit: true, ...here }))];
  }

  /** Copy what is selected, else the cell with the focus. */
  copy(range: Range, names: boolean): void {
    const { lookups } = this.#viewer;
    this.#events.oncell(({ copyRange }) => {
      void copyRange(range, names, lookups, this.#host).then(this.#events.onsay);
    });
  }

  /** Go to a row of the view, counted from 0, on whatever page it is. */
  goToRow(place: number, column: number | null = null, focus = true): void {
    const page = pageOfRow(place, this.#viewer.view?.page_size ?? 1);
    this.grid.goTo({ place, column, focus });
    if (page !== this.#viewer.page) this.#viewer.turnTo(page);
  }

  #newGrid(signal: AbortSignal): Grid {
    const viewer = this.#viewer;
    return new Grid(
      {
        onsight: (columns) => {
          viewer.fetchColumns(columns);
          this.onsight(columns);
        },
        ondrawn: () => this.#events.ondrawn(),
        onopen: (sheet, row, column) => this.#open(sheet, row, column),
        onpoint: (row, column) => {
          if (viewer.sheet) viewer.point(viewer.sheet.rowId(row), column);
        },
        onsort: (column, additive) => viewer.submitQuery(cycleSort(viewer.query, column, additive)),
        onmenu: (column, header) => this.#events.onmenu(column, header),
        oncell: (row, column, at) => this.#cellMenu(row, column, at),
        onturn: (pages) => this.#turn(pages),
        onselect: (selected) => this.#tell(selected),
        oncopy: (range) => this.copy(range, false),
        onhelp: () => this.#events.onhelp(),
        onsearch: () => this.#events.onsearch(),
        onfind: () => this.#events.onfind(),
        onrow: () => this.#events.onrow(),
        onrecord: (sheet, row) => this.#events.onrecord(sheet, row, this.#allColumns),
        ontranspose: (sheet) => this.#events.ontranspose(sheet, [...this.grid.columns.slots]),
      },
      arrangementOf(() => viewer.link?.uuid),
      signal,
    );
  }

  #turn(pages: number | "first" | "last"): void {
    const { view, page } = this.#viewer;
    const last = view?.n_pages ?? 1;
    const to = pages === "first" ? 1 : pages === "last" ? last : page + pages;
    if (to >= 1 && to <= last) this.#viewer.turnTo(to);
  }

  #open(sheet: Sheet, row: number, column: number): void {
    const text = sheet.cell(row, column);
    if (text === undefined || text === PENDING) return;
    const name = sheet.name(column);
    const title =
      name?.text && name.by !== "place" ? name.text : fill(texts.columnNumber, { n: column + 1 });
    const place = { row: sheet.page.first_row + row + 1, line: sheet.lineNumber(row) };
    const cell = { column: title, ...place, text, cut: sheet.cutBytes(row, column) };
    const fetch = () => this.#viewer.lookups.fetchCell(sheet, row, column);
    this.#events.oncell(({ openCell }) => openCell(this.#host, cell, fetch));
  }

  #cellMenu(row: number, column: number, at: Point): void {
    const { grid } = this;
    const { range } = grid;
    if (range === null) return;
    const text = range.sheet.cell(row, column);
    const shown = typeof text === "string" ? text : "";
    this.#events.oncell((dialogs) =>
      dialogs.openCellMenu(this.#host, at, shown, this.#cellActions(dialogs, range, row, column)),
    );
  }

  #cellActions(dialogs: CellDialogs, range: Range, row: number, column: number): CellAction[] {
    const { grid } = this;
    const viewer = this.#viewer;
    const { sheet } = range;
    return [
      { label: texts.copy, act: () => this.copy(range, false) },
      { label: texts.copyWithNames, act: () => this.copy(range, true) },
      ...dialogs.linkActions(viewer, sheet, { row, column }, this.#host, this.#events.onsay),
      ...dialogs.valueActions(viewer, sheet, row, column),
      { label: texts.showCell, act: () => this.#open(range.sheet, row, column) },
      {
        label: texts.showRecord,
        act: () => this.#events.onrecord(range.sheet, row, this.#allColumns),
      },
      {
        label: texts.transposePage,
        act: () => this.#events.ontranspose(range.sheet, [...grid.columns.slots]),
      },
      { label: texts.selectRow, act: () => grid.selectRow(row) },
      { label: texts.selectColumnLong, act: () => grid.selectColumn(column) },
    ];
  }

  /** All columns, those that show in front of the hidden ones. */
  get #allColumns(): number[] {
    const { slots, hidden } = this.grid.columns;
    return [...slots, ...hidden];
  }

  #tell(selected: Selected): void {
    this.onselected();
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#viewer.sendSelection(selected), SETTLED_MS);
  }
}
