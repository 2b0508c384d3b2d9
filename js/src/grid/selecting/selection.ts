// A selection on a page: a range of cells, whole rows or whole columns. Rows are counted on the
// page, columns by their slots on the screen, both from 0. Pure.
import type { CellPosition } from "./move.ts";

export interface Selection {
  kind: "cells" | "rows" | "columns";
  /** Where the selection began, and where it was extended to: both belong to it. */
  anchor: CellPosition;
  head: CellPosition;
}

/** An area of a page: the cells in rows [top, bottom) and slots [left, right). */
export interface Area {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface Size {
  height: number;
  width: number;
}

export const select = (
  kind: Selection["kind"],
  anchor: CellPosition,
  head = anchor,
): Selection => ({
  kind,
  anchor,
  head,
});

/** All rows of a page. */
export const selectPage = ({ height, width }: Size): Selection =>
  select("rows", { row: 0, column: 0 }, { row: height - 1, column: width - 1 });

/** The cells of a selection on a page of some size; none: null. */
export function areaOf(selection: Selection, { height, width }: Size): Area | null {
  const { kind, anchor, head } = selection;
  const rows = kind === "columns" ? [0, height - 1] : [anchor.row, head.row];
  const slots = kind === "rows" ? [0, width - 1] : [anchor.column, head.column];
  const area = {
    top: Math.max(0, Math.min(...rows)),
    bottom: Math.min(height, Math.max(...rows) + 1),
    left: Math.max(0, Math.min(...slots)),
    right: Math.min(width, Math.max(...slots) + 1),
  };
  return area.top < area.bottom && area.left < area.right ? area : null;
}

export const holds = (area: Area | null, row: number, slot: number): boolean =>
  area !== null && row >= area.top && row < area.bottom && slot >= area.left && slot < area.right;

/** A selection as the kernel gets it: row ids and columns. */
export interface Selected {
  ids: number[];
  /** Null: all of them. */
  columns: number[] | null;
}

export const NOTHING: Selected = { ids: [], columns: null };

/** A selection in terms of the table; `rowIdOf` gives the row id of a row of the page. */
export function selectedInTable(
  selection: Selection,
  size: Size,
  rowIdOf: (row: number) => number,
  slots: Int32Array,
): Selected {
  const area = areaOf(selection, size);
  if (area === null) return NOTHING;
  const ids = Array.from({ length: area.bottom - area.top }, (_, i) => rowIdOf(area.top + i));
  const columns = selection.kind === "rows" ? null : [...slots.slice(area.left, area.right)];
  return { ids, columns };
}
