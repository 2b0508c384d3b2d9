// What the find bar looks through and moves: the rows of a viewer, in the pane that shows them.

import type { FindEvents } from "../dialogs/find-bar.ts";
import type { TablePane } from "../pane/table-pane.ts";
import type { Viewer } from "../view/viewer.ts";

export function findableOf(viewer: Viewer, pane: TablePane): FindEvents {
  const { grid } = pane;
  const first = () => viewer.sheet?.page.first_row ?? 0;
  const slotOf = (column: number) => grid.columns.slotOf(column);
  return {
    get key() {
      const { sheet, view } = viewer;
      return JSON.stringify([sheet?.page.table, view?.query, sheet?.reading.delimiter]);
    },
    get query() {
      return viewer.view?.query ?? {};
    },
    get top() {
      return first() + grid.topRow;
    },
    get page(): [number, number] {
      return [first(), first() + (viewer.sheet?.height ?? 0)];
    },
    find: (text, where, signal) => viewer.lookups.findText(text, where, signal),
    // What is hidden is not gone to: the row is.
    inOrder: (columns) =>
      columns
        .filter((column) => slotOf(column) >= 0)
        .sort((one, other) => slotOf(one) - slotOf(other)),
    go: (place, column) => pane.goToRow(place, column, false),
    mark: (text, hit) => pane.markFound(text, hit),
    onfilter: (text) => viewer.submitQuery({ ...viewer.query, search: text }),
    onclose: (hit) => (hit ? grid.goTo({ ...hit, focus: true }) : grid.focusHere()),
  };
}
