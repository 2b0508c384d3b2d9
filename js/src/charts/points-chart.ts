// Two columns as a picture: a dot for each row, or a line through them in the order of the view.

import type { Points } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import { pathOf, type Scale, scaleOf } from "./scale.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Of the drawing, and of the room for numbers at its left and below it. */
const [WIDE, HIGH, LEFT, BELOW, EDGE] = [430, 280, 62, 26, 8];

export interface PointsShown {
  /** Of how many rows of the view. */
  of_rows: number;
  points: Points;
  names: [x: string, y: string];
  line: boolean;
}

export function pointsChart({ of_rows, points, names, line }: PointsShown): HTMLElement {
  const { points: found, rows, dates } = points;
  const note = h("p", { class: "tsv-note" }, sampleWords(of_rows, points));
  if (found.length === 0) {
    return h("div", { class: "tsv-points" }, h("p", {}, texts.noPoints), note);
  }
  const x = scaleOf(
    found.map(([value]) => value),
    dates[0],
  );
  const y = scaleOf(
    found.map(([, value]) => value),
    dates[1],
  );
  const places = found.map(([one, other]) => [across(x, one), up(y, other)] as const);
  const drawing = element("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
  setAttr(drawing, "aria-label", describe(names, x, y, found.length));
  const path = element("path", { class: line ? "tsv-line" : "tsv-dots", d: pathOf(places, line) });
  drawing.append(...axes(x, y), path);
  const title = h("figcaption", {}, fill(texts.yByX, { y: names[1], x: names[0] }));
  const figure = h("figure", {}, title);
  figure.append(drawing);
  setAttr(figure, "data-sample", rows < of_rows);
  return h("div", { class: "tsv-points" }, figure, note);
}

const across = (scale: Scale, value: number): number =>
  LEFT + scale.at(value) * (WIDE - LEFT - EDGE);
const up = (scale: Scale, value: number): number =>
  HIGH - BELOW - scale.at(value) * (HIGH - BELOW - EDGE);

/** Of which rows it is: where they are a sample, that is said. */
function sampleWords(of_rows: number, { rows, points }: Points): string {
  const values = { n: rows, of: of_rows };
  const of = rows < of_rows ? fill(texts.pointsSample, values) : fill(texts.pointsAll, values);
  const without = rows - points.length;
  return without > 0 ? `${of} ${fill(texts.pointsWithout, { n: without })}` : of;
}

function describe(names: [string, string], x: Scale, y: Scale, n: number): string {
  const [x_low, x_high] = [x.label(x.low), x.label(x.high)];
  const [y_low, y_high] = [y.label(y.low), y.label(y.high)];
  return fill(texts.pointsPicture, { n, x: names[0], y: names[1], x_low, x_high, y_low, y_high });
}

function axes(x: Scale, y: Scale): SVGElement[] {
  const bottom = HIGH - BELOW;
  const lines = [
    ...x.marks.map(({ value }) => `M${across(x, value)} ${EDGE}V${bottom}`),
    ...y.marks.map(({ value }) => `M${LEFT} ${up(y, value)}H${WIDE - EDGE}`),
  ];
  const grid = element("path", { class: "tsv-axes", d: lines.join("") });
  const below = x.marks.map(({ value, label }, i) => {
    const anchor = i === 0 ? "start" : i === x.marks.length - 1 ? "end" : "middle";
    return text(label, across(x, value), HIGH - 8, anchor);
  });
  const beside = y.marks.map(({ value, label }) => text(label, LEFT - 6, up(y, value) + 4, "end"));
  return [grid, ...below, ...beside];
}

function text(words: string, x: number, y: number, anchor: string): SVGElement {
  const label = element("text", { x, y, "text-anchor": anchor });
  label.textContent = words;
  return label;
}

function element(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) setAttr(made, name, value);
  return made;
}
