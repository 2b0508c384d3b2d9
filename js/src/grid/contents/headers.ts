// The contents of column headers.

import type { Sort } from "../../protocol/query.ts";
import { fill, texts } from "../../texts/texts.ts";
import { h, setAttr } from "../../ui/dom.ts";
import type { ColumnName } from "../../view/sheet.ts";
import { beginning } from "../../words/format.ts";
import { DRAWN_CHARACTERS, drawnPart, fillText } from "./cell-text.ts";

/** The content of a column header; two with the same `key` look the same. */
export interface HeaderContent {
  key: string;
  column: number;
  name: ColumnName | null;
  /** The parts of its name, where there is no room for all of it; that between does not show. */
  cut: [start: string, between: string, end: string] | null;
  numeric: boolean;
  leftwards: boolean;
  /** How the view is sorted by this column; null if it is not. */
  sort: Sort | null;
  /** Its rank among the columns sorted by, from 1; 0 if it is the only one. */
  rank: number;
}

/** Make a header show its content, whatever it showed before. */
export function fillHeader(cell: HTMLElement, content: HeaderContent): void {
  const { name, numeric, leftwards, column } = content;
  const turned = leftwards && !numeric;
  const kinds = { "tsv-numeric": numeric, "tsv-leftwards": turned, "tsv-pending": name === null };
  for (const [kind, is] of Object.entries(kinds)) cell.classList.toggle(kind, is);
  cell.classList.toggle("tsv-made-up", name !== null && name.by !== "file");
  setAttr(cell, "aria-sort", sortWord(content.sort));
  setAttr(cell, "title", name && headerTitle(name, column));
  setAttr(cell, "aria-label", name && headerLabel(name, column));
  const mark = h("span", { class: "tsv-menu-mark", "aria-hidden": "true" }, "⋮");
  const grip = h("span", { class: "tsv-grip", "aria-hidden": "true" });
  cell.replaceChildren(headerName(name, content.cut), ...arrow(content), mark, grip);
}

function headerName(name: ColumnName | null, parts: string[] | null): HTMLElement {
  const element = h("span", { class: "tsv-column-name", dir: "auto" });
  const text = name?.text ?? "";
  setAttr(element, "data-empty", name && text === "" ? texts.emptyText : null);
  if (parts === null) {
    fillText(element, drawnPart(text));
  } else {
    element.classList.add("tsv-cut-name");
    element.append(...parts.map((part, i) => h("span", { hidden: i === 1 }, part)));
  }
  return element;
}

const sortWord = (sort: Sort | null): string => {
  if (sort === null) return "none";
  return sort.direction === "desc" ? "descending" : "ascending";
};

function arrow({ sort, rank }: HeaderContent): HTMLElement[] {
  if (sort === null) return [];
  const sign = sort.direction === "desc" ? "↓" : "↑";
  const text = rank > 0 ? `${sign}${rank}` : sign;
  return [h("span", { class: "tsv-sorted", "aria-hidden": "true" }, text)];
}

const headerLabel = ({ text }: ColumnName, column: number): string =>
  text === "" ? fill(texts.columnEmptyName, { n: column + 1 }) : beginning(text, DRAWN_CHARACTERS);

function headerTitle({ text, by }: ColumnName, column: number): string {
  if (by === "place") return fill(texts.columnWithoutName, { n: column + 1 });
  if (by === "format") return fill(texts.columnByFormat, { name: text, n: column + 1 });
  return text === "" ? fill(texts.columnNameEmpty, { n: column + 1 }) : text;
}
