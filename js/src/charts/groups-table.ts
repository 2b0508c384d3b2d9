// Groups of rows as a table with a bar for each, which is pressed to see its rows alone.

import { computed } from "../figures/selected-numbers.ts";
import type { Group, Groups } from "../protocol/query.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { cellWords } from "../words/profile.ts";

/** Groups that are drawn. */
const MOST = 100;
/** Digits of what was computed. */
const DIGITS = 6;

export type Measure = "count" | "sum" | "mean" | "median";

/** What of a group the bars show, and which are offered. */
export const measures = (hasValue: boolean): [Measure, string][] => {
  const numbers: [Measure, string][] = [
    ["sum", texts.groupSum],
    ["mean", texts.groupMean],
    ["median", texts.groupMedian],
  ];
  return [["count", texts.groupCount], ...(hasValue ? numbers : [])];
};

export interface GroupsShown {
  groups: Groups;
  /** Names of the columns that rows are grouped by. */
  names: string[];
  measure: Measure;
  hasValue: boolean;
  isChosen(group: Group): boolean;
  onchoose(group: Group): void;
}

export function groupsTable(shown: GroupsShown): HTMLElement {
  const { groups, names, measure, hasValue } = shown;
  const rows = groups.groups.slice(0, MOST);
  const offered = measures(hasValue);
  const sizes = rows.map((group) => Math.abs(group[measure] ?? 0)).filter(Number.isFinite);
  const most = Math.max(...sizes, 0) || 1;
  const heads = offered.map(([, label]) => h("th", { scope: "col", class: "num" }, label));
  const head = h("tr", {}, h("th", { scope: "col" }, names.join(" · ")), ...heads);
  const body = rows.map((group) => row(group, shown, offered, most));
  const table = h("table", {}, h("thead", {}, head), h("tbody", {}, ...body));
  return h("div", { class: "tsv-groups" }, table, h("p", { class: "tsv-note" }, totals(groups)));
}

function totals({ rows, total }: Groups): string {
  const of = fill(texts.groupsOf, { n: total, rows });
  return total > MOST ? `${of} ${fill(texts.largestGroups, { most: MOST })}` : of;
}

function row(
  group: Group,
  { measure, isChosen, onchoose }: GroupsShown,
  offered: [Measure, string][],
  most: number,
): HTMLElement {
  const name = group.cells.map(cellName).join(" · ");
  const press = h("button", { type: "button", dir: "auto" }, name);
  setAttr(press, "aria-pressed", String(isChosen(group)));
  setAttr(press, "title", fill(texts.onlyGroup, { name }));
  press.addEventListener("click", () => onchoose(group));
  const value = group[measure] ?? 0;
  const bar = h("div", { class: value < 0 ? "tsv-group-bar negative" : "tsv-group-bar" });
  bar.style.width = `${Number.isFinite(value) ? (100 * Math.abs(value)) / most : 100}%`;
  const cells = offered.map(([one]) => h("td", { class: "num" }, figure(group, one)));
  return h("tr", {}, h("th", { scope: "row" }, press, bar), ...cells);
}

const cellName = (cell: string | null): string =>
  cell === null ? texts.missingCell : cell === "" ? texts.emptyText : cellWords(cell);

const figure = (group: Group, measure: Measure): string => {
  const value = group[measure];
  if (value === null) return texts.noFigure;
  return measure === "count" ? count(value) : computed(value, DIGITS);
};
