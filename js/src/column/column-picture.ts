// The picture of a column: its histogram or its most frequent values as bars that can be clicked,
// and figures. Texts from the file become text nodes only.

import type { Filter, Profile } from "../protocol/query.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { inside } from "../words/format.ts";
import { type Bar, type Figure, figures, histogramBars, topValueBars } from "../words/profile.ts";

/** Draw the profile of a column; `onfilter` is called with the filters that a bar stands for. */
export function picture(profile: Profile, onfilter: (filters: Filter[]) => void): HTMLElement {
  const histogram = histogramBars(profile);
  const values = histogram.length > 0 ? [] : topValueBars(profile);
  const parts: HTMLElement[] = [];
  if (histogram.length > 0) parts.push(histogramOf(histogram, onfilter));
  if (values.length > 0) parts.push(valuesOf(values, onfilter));
  parts.push(figuresOf(figures(profile), onfilter));
  return h("div", { class: "tsv-column-picture" }, ...parts);
}

function histogramOf(bars: Bar[], onfilter: (filters: Filter[]) => void): HTMLElement {
  const columns = bars.map((bar) => {
    const press = barButton(bar, onfilter);
    const fill = h("span", { class: "tsv-bin-fill" });
    fill.style.height = `${bar.count > 0 ? Math.max(2, 100 * bar.share) : 0}%`;
    press.append(fill);
    press.classList.add("tsv-bin");
    return press;
  });
  const ends = h("div", { class: "tsv-bin-ends", "aria-hidden": "true" });
  ends.append(h("span", {}, bars[0]?.from ?? ""), h("span", {}, bars.at(-1)?.to ?? ""));
  const row = h(
    "div",
    { class: "tsv-bins", role: "group", "aria-label": texts.histogram },
    ...columns,
  );
  rove(row, columns);
  return h("div", {}, row, ends);
}

function valuesOf(bars: Bar[], onfilter: (filters: Filter[]) => void): HTMLElement {
  const rows = bars.map((bar) => {
    const press = barButton(bar, onfilter);
    const fill = h("span", { class: "tsv-value-fill" });
    fill.style.width = `${100 * bar.share}%`;
    const label = h("span", { class: "tsv-value-label", dir: "auto" }, bar.label);
    press.append(fill, label, h("span", { class: "tsv-value-count" }, count(bar.count)));
    press.classList.add("tsv-value");
    return press;
  });
  const attributes = { class: "tsv-values", role: "group", "aria-label": texts.topValues };
  const list = h("div", attributes, ...rows);
  rove(list, rows);
  return list;
}

function barButton({ label, count: n, filters }: Bar, onfilter: (filters: Filter[]) => void) {
  const name = `${label}: ${fill(texts.rows, { n: n })}`;
  const press = h("button", { type: "button", "aria-label": name, title: name });
  press.addEventListener("click", () => onfilter(filters));
  return press;
}

function figuresOf(found: Figure[], onfilter: (filters: Filter[]) => void): HTMLElement {
  const parts = found.flatMap(({ name, value, filters }) => {
    const shown = filters === null ? value : figureButton(name, value, filters, onfilter);
    return [h("dt", {}, name), h("dd", { dir: "auto" }, shown)];
  });
  return h("dl", { class: "tsv-figures" }, ...parts);
}

function figureButton(
  name: string,
  value: string,
  filters: Filter[],
  onfilter: (filters: Filter[]) => void,
): HTMLElement {
  const title = fill(texts.showWhere, { name: inside(name) });
  const press = h("button", { type: "button", class: "tsv-as-link", title }, value);
  press.addEventListener("click", () => onfilter(filters));
  return press;
}

/** Roving focus in a group: one item is in the tab order; arrows, Home and End move on from it. */
function rove(group: HTMLElement, items: HTMLElement[]): void {
  items.forEach((item, i) => void setAttr(item, "tabindex", i === 0 ? 0 : -1));
  group.addEventListener("keydown", (event) => {
    const from = items.indexOf(event.target as never);
    const to = STEPS[event.key]?.(from, items.length);
    const next = to === undefined ? undefined : items[Math.max(0, Math.min(to, items.length - 1))];
    if (next === undefined) return;
    event.preventDefault();
    for (const item of items) setAttr(item, "tabindex", item === next ? 0 : -1);
    next.focus();
  });
}

const STEPS: Record<string, (from: number, n: number) => number> = {
  ArrowRight: (from) => from + 1,
  ArrowDown: (from) => from + 1,
  ArrowLeft: (from) => from - 1,
  ArrowUp: (from) => from - 1,
  Home: () => 0,
  End: (_, n) => n - 1,
};
