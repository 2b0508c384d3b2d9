// Going to a row by its number in the view, and whether scrolling goes on over the ends of a page.

import { count } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";

export interface RowChoice {
  /** Go to a row of the view, counted from 0. */
  ongo(place: number): void;
  scrollsOn: boolean;
  onscrollson(on: boolean): void;
}

/** Ask for a row beside an element. */
export function openGoToRow(
  host: HTMLElement,
  beside: Element,
  viewer: Viewer,
  choice: RowChoice,
): void {
  const rows = () => viewer.view?.n_rows ?? 0;
  const field = h("input", { type: "number", min: 1, step: 1, "aria-label": "Row" });
  const note = h("p", { class: "tsv-note", "aria-live": "polite" });
  const go = () => {
    const row = field.valueAsNumber;
    if (!Number.isInteger(row) || row < 1 || row > rows()) return setText(note, refusal(rows()));
    box.close();
    choice.ongo(row - 1);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go();
  });
  setText(note, `of ${count(rows())}, as the rows are numbered on the left`);
  const line = h(
    "div",
    { class: "tsv-go-to" },
    field,
    button("Go", { kind: "small", onclick: go }),
  );
  const box = openPopup(host, beside, "Go to row", line, note, scrollsOnBox(choice));
  field.focus();
}

const refusal = (rows: number): string =>
  rows === 0 ? "There are no rows here." : `Rows go from 1 to ${count(rows)}.`;

function scrollsOnBox({ scrollsOn, onscrollson }: RowChoice): HTMLElement {
  const box = h("input", { type: "checkbox" });
  box.checked = scrollsOn;
  box.addEventListener("change", () => onscrollson(box.checked));
  const label = h(
    "label",
    { class: "tsv-check" },
    box,
    h("span", {}, "Scroll on to the next page"),
  );
  setAttr(label, "title", "At the end of a page, scrolling goes on to the next one");
  return label;
}
