// Going to a row by its number in the view, and whether scrolling goes on over the ends of a page.

import { fill, texts } from "../texts/texts.ts";
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
  const field = h("input", { type: "number", min: 1, step: 1, "aria-label": texts.row });
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
  setText(note, fill(texts.rowOf, { n: rows() }));
  const line = h(
    "div",
    { class: "tsv-go-to" },
    field,
    button(texts.go, { kind: "small", onclick: go }),
  );
  const box = openPopup(host, beside, texts.goToRow, line, note, scrollsOnBox(choice));
  field.focus();
}

const refusal = (rows: number): string =>
  rows === 0 ? texts.noRowsHere : fill(texts.rowsGoTo, { n: rows });

function scrollsOnBox({ scrollsOn, onscrollson }: RowChoice): HTMLElement {
  const box = h("input", { type: "checkbox" });
  box.checked = scrollsOn;
  box.addEventListener("change", () => onscrollson(box.checked));
  const label = h("label", { class: "tsv-check" }, box, h("span", {}, texts.scrollOn));
  setAttr(label, "title", texts.scrollOnTitle);
  return label;
}
