// The actions on a column that concern this screen only.

import type { ColumnAction } from "../column/header-menu.ts";
import type { TablePane } from "../pane/table-pane.ts";
import { texts } from "../texts/texts.ts";

export function columnActions(pane: TablePane, column: number): ColumnAction[] {
  const { grid } = pane;
  const is = grid.columns.pinned.includes(column);
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
    { label: texts.copyColumn, act: () => copyColumn(pane, column) },
  ];
}

function copyColumn(pane: TablePane, column: number): void {
  pane.grid.selectColumn(column);
  const { range } = pane.grid;
  if (range) pane.copy(range, true);
}
