// What keyboard, drags and gestures may do with the grid: slots of the screen become columns here.

import { clamp } from "../ui/numbers.ts";
import type { Sheet } from "../view/sheet.ts";
import type { Columns } from "./arranging/columns.ts";
import type { CellControls } from "./cell-gestures.ts";
import type { Drawing } from "./drawing.ts";
import type { GridEvents, Point, Range } from "./events.ts";
import type { HeaderControls } from "./header-gestures.ts";
import type { DragControls } from "./selecting/drag-select.ts";
import type { KeyboardControls } from "./selecting/keyboard.ts";
import { type CellPosition, HEADER } from "./selecting/move.ts";
import type { RovingFocus } from "./selecting/roving-focus.ts";
import { type Area, holds, type Selection, type Size } from "./selecting/selection.ts";
import { slotStart } from "./viewport.ts";
import { NARROWEST_PX, WIDEST_PX } from "./widths.ts";

/** Pixels by which a key makes a column wider. */
const WIDER_PX = 24;

/** The part of the grid that its controls use. */
export interface Controlled {
  readonly drawing: Drawing;
  readonly focus: RovingFocus;
  readonly events: GridEvents;
  readonly columns: Columns;
  readonly sheet: Sheet | null;
  readonly size: Size;
  readonly selection: Selection | null;
  readonly area: Area | null;
  readonly range: Range | null;
  arrange(change: (columns: Columns) => void): void;
  go(position: CellPosition): void;
  choose(selection: Selection | null): void;
  /** Show the others a cell. */
  point(position: CellPosition): void;
  turn(pages: number | "first" | "last", landing?: "top" | "bottom"): void;
  /** Open the menu of the header or the cell that has the focus. */
  menu(at?: Point): void;
}

const openAt = ({ sheet, events, columns }: Controlled, { row, column }: CellPosition): void => {
  if (sheet) events.onopen(sheet, row, columns.slots[column] ?? 0);
};

/** What gestures on cells may do; `wasDragged`: whether a click only ends a drag. */
export const cellControls = (grid: Controlled, wasDragged: () => boolean): CellControls => ({
  positionOf: (target) => grid.drawing.positionOf(target),
  cellAt: (position) => grid.drawing.cellAt(position),
  wasDragged,
  isSelected: ({ row, column }) => holds(grid.area, row, column),
  deselect: () => grid.choose(null),
  point: (position) => grid.point(position),
  open: (position) => openAt(grid, position),
  openMenu: (position, at) => {
    grid.go(position);
    grid.menu(at);
  },
});

/** What keyboard, drags and gestures on headers may do. */
export function controls(grid: Controlled): KeyboardControls & DragControls & HeaderControls {
  const { drawing, events, focus } = grid;
  const column = (slot: number) => grid.columns.slots[slot] ?? 0;
  const widthOf = (slot: number) =>
    slotStart(drawing.geometry, slot + 1) - slotStart(drawing.geometry, slot);
  const resize = (slot: number, width: number | null) =>
    grid.arrange((columns) => columns.resize(column(slot), width));
  const move = (slot: number, to: number) =>
    grid.arrange((columns) => columns.move(column(slot), to));
  return {
    element: drawing.element,
    get active() {
      return focus.position;
    },
    get size() {
      return grid.size;
    },
    get selection() {
      return grid.selection;
    },
    positionOf: (target) => drawing.positionOf(target),
    widthOf,
    resize,
    move,
    go: (position) => {
      grid.go(position);
      grid.point(position);
    },
    choose: (selection) => grid.choose(selection),
    turn: (pages, landing) => grid.turn(pages, landing),
    sort: (slot, additive) => events.onsort(column(slot), additive),
    shift: (slot, by) => {
      const to = slot + by;
      if (to >= 0 && to < grid.columns.slots.length) move(slot, to);
      grid.go(focus.position);
    },
    widen: (slot, by) =>
      resize(slot, clamp(widthOf(slot) + by * WIDER_PX, NARROWEST_PX, WIDEST_PX)),
    menu: (slot) => {
      if (slot !== undefined) grid.go({ row: HEADER, column: slot });
      grid.menu();
    },
    open: () => openAt(grid, focus.position),
    copy: () => grid.range && events.oncopy(grid.range),
    help: () => events.onhelp(),
    search: () => events.onsearch(),
    find: () => events.onfind(),
    row: () => events.onrow(),
    record: () => grid.sheet && events.onrecord(grid.sheet, focus.position.row),
    transpose: () => grid.sheet && events.ontranspose(grid.sheet),
  };
}
