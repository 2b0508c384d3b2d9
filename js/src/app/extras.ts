// The second part of the front end, which is loaded once there is a page to look at: what opens over
// the table when it is asked for.  The build adds its style.

export { FirstLineNotice } from "../bars/first-line.ts";
export { QuerySteps } from "../bars/query-steps.ts";
export { ChartsPanel } from "../charts/charts-panel.ts";
export { HeaderMenu } from "../column/header-menu.ts";
export { openColumnFinder } from "../dialogs/column-finder.ts";
export { openEarlier } from "../dialogs/earlier.ts";
export { FindBar } from "../dialogs/find-bar.ts";
export { openFormats } from "../dialogs/formats.ts";
export { openGoToRow } from "../dialogs/go-to-row.ts";
export { openPaste } from "../dialogs/paste.ts";
export { PeoplePanel } from "../dialogs/people-panel.ts";
export { ReadingPanel } from "../dialogs/reading-panel.ts";
export { openShare } from "../dialogs/share.ts";
export { openShortcuts } from "../dialogs/shortcuts.ts";
export { columnLook } from "../figures/column-look.ts";
export { Figures } from "../figures/figures.ts";
export { SelectionFacts } from "../figures/selection-facts.ts";
export { scrollOn } from "../grid/scrolling/scroll-on.ts";
export { showLanding } from "../landing/landing.ts";
export { Visit } from "../landing/recent.ts";
export { httpWay, kernelWay, partedCarrier } from "../link/upload-carriers.ts";
export { linkActions, valueActions } from "../pane/cell-actions.ts";
export { openCellMenu } from "../pane/cell-menu.ts";
export { copyRange } from "../pane/copy.ts";
export { openCell } from "../pane/whole-cell.ts";
export { openRecord } from "../records/record.ts";
export { openTransposed } from "../records/transposed.ts";
export { SavedLink } from "../saved/saved-link.ts";
export { SavedViews } from "../saved/saved-views.ts";
export { ViewsPanel } from "../saved/views-panel.ts";
export { speak } from "../texts/texts.ts";
export { Switch } from "../ui/browser-storage.ts";
export { confirmed } from "../ui/confirm.ts";

export { findableOf } from "./findable.ts";

/** Which build this is a part of; the other part has to be of the same. */
export const build = typeof BUILD === "string" ? BUILD : "";
