// In the status line: what the numbers among the selected cells add up to.

import type { Range } from "../grid/events.ts";
import type { TablePane } from "../pane/table-pane.ts";
import { missingWords } from "../protocol/read-options.ts";
import { fill, texts } from "../texts/texts.ts";
import { h, setAttr, setText } from "../ui/dom.ts";
import { PENDING } from "../view/sheet.ts";
import { isNothing, nothingOf } from "../words/numbers.ts";
import { Tally, tallyWords } from "./selected-numbers.ts";

/** Cells that are added up at most: more of them would be felt while one selects. */
const MOST_CELLS = 200_000;
/** Milliseconds after which a selection that changes is said again. */
const PACE_MS = 120;

export class SelectionFacts {
  readonly #pane: TablePane;
  readonly #element = h("span", {
    ...{ class: "tsv-selection-facts", "aria-live": "polite", hidden: true },
  });
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `host` is the component that has a status line. */
  constructor(host: HTMLElement, pane: TablePane) {
    this.#pane = pane;
    host.querySelector(".tsv-status")?.before(this.#element);
    pane.onselected = () => this.updateSoon();
  }

  /** Say what is selected, in a moment. */
  updateSoon(): void {
    // Mostly nothing is selected, nor was.
    if (this.#element.hidden && cellsOf(this.#pane.grid.range) < 2) return;
    this.#timer ??= setTimeout(() => this.#update(), PACE_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#pane.onselected = () => {};
  }

  #update(): void {
    this.#timer = undefined;
    const { range } = this.#pane.grid;
    const words = range && selectionWords(range);
    setAttr(this.#element, "hidden", !words);
    setAttr(this.#element, "title", words);
    setText(this.#element, words || "");
  }
}

const cellsOf = (range: Range | null): number =>
  range ? (range.bottom - range.top) * range.columns.length : 0;

/** What is said of the cells of a range; of a single one nothing. */
export function selectionWords(range: Range): string {
  const { sheet, top, bottom, columns } = range;
  const cells = cellsOf(range);
  if (cells < 2) return "";
  if (cells > MOST_CELLS) return fill(texts.selectedTooMany, { cells });
  const tally = new Tally();
  for (const column of columns) {
    const told = missingWords(sheet.reading, column, sheet.name(column)?.text ?? null);
    const saysNothing = told ? nothingOf(told) : isNothing;
    for (let row = top; row < bottom; row++) {
      const text = sheet.cell(row, column);
      if (text === PENDING) tally.pending++;
      else tally.add(text, saysNothing);
    }
  }
  return tallyWords(tally);
}
