// The picture in one header: drawn from a figure, clicked or brushed to filter. For eyes and the
// mouse; the menu of the column has the same bars for keys and for screen readers.

import type { Filter } from "../protocol/query.ts";
import { h, setAttr } from "../ui/dom.ts";
import { clamp } from "../ui/numbers.ts";
import { type HeaderFigure, rangeFilters, type Shape } from "./header-figures.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Height of the bars in the units of the drawing. */
const HIGH = 20;
/** A part of the bar has its name in it if it is so wide. */
const NAMED_PART = 0.18;
/** Pixels that a pointer moves before a click has become a brush. */
const STILL_PX = 4;

export class HeaderPicture {
  readonly element = h("div", { class: "tsv-picture", "aria-hidden": "true" });
  readonly #words = h("div", { class: "tsv-picture-words" });
  readonly #bars = h("div", { class: "tsv-picture-bars" });
  readonly #brush = h("div", { class: "tsv-picture-brush", hidden: true });
  readonly #onfilter: (filters: Filter[]) => void;
  #figure: HeaderFigure | null = null;
  #from: { x: number; at: number } | null = null;
  #dragged = false;
  #said = "";

  constructor(onfilter: (filters: Filter[]) => void) {
    this.#onfilter = onfilter;
    this.element.append(this.#words, this.#bars);
    const bars = this.#bars;
    // What happens here neither sorts by the column nor drags it.
    for (const type of ["pointerdown", "click", "dblclick"]) {
      bars.addEventListener(type, (event) => event.stopPropagation());
    }
    bars.addEventListener("pointerdown", (event) => this.#down(event));
    bars.addEventListener("pointermove", (event) => this.#move(event));
    bars.addEventListener("pointerup", (event) => this.#up(event));
    bars.addEventListener("pointercancel", () => this.#end());
  }

  /** Draw a figure; `sample`: of some rows only, `old`: of the rows before. */
  draw(figure: HeaderFigure, { sample, old }: { sample: boolean; old: boolean }): void {
    this.#figure = figure;
    this.#say(figure.words);
    setAttr(this.#words, "title", figure.title);
    setAttr(this.element, "data-kind", figure.kind);
    setAttr(this.element, "data-sample", sample);
    setAttr(this.element, "data-old", old);
    const drawn = figure.kind === "bins" ? [bins(figure.shapes)] : values(figure);
    this.#bars.replaceChildren(...drawn, this.#brush);
  }

  /** Parts that there is no room for are left out whole. */
  #say(words: string): void {
    if (words === this.#said) return;
    this.#said = words;
    const parts = words.split(" · ");
    this.#words.replaceChildren(
      ...parts.map((part, i) => h("span", {}, i > 0 ? ` · ${part}` : part)),
    );
  }

  #at(x: number): number {
    const { left, width } = this.#bars.getBoundingClientRect();
    const shapes = this.#figure?.shapes ?? [];
    let part = clamp((x - left) / Math.max(1, width), 0, 1);
    for (const [i, shape] of shapes.entries()) {
      part -= shape.width;
      if (part <= 0) return i;
    }
    return this.#figure?.kind === "bins" ? shapes.length - 1 : -1;
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#from = { x: event.clientX, at: this.#at(event.clientX) };
    this.#dragged = false;
    if (event.pointerType !== "touch") this.#bars.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const at = this.#at(event.clientX);
    setAttr(this.#bars, "title", this.#figure?.shapes[at]?.label ?? null);
    if (this.#from === null || this.#figure?.kind !== "bins") return;
    if (Math.abs(event.clientX - this.#from.x) > STILL_PX) this.#dragged = true;
    if (!this.#dragged) return;
    const [low, high] = [Math.min(at, this.#from.at), Math.max(at, this.#from.at)];
    const n = this.#figure.shapes.length;
    this.#brush.hidden = false;
    this.#brush.style.left = `${(100 * low) / n}%`;
    this.#brush.style.width = `${(100 * (high - low + 1)) / n}%`;
  }

  #up(event: PointerEvent): void {
    const { from, figure } = { from: this.#from, figure: this.#figure };
    const dragged = this.#dragged;
    this.#end();
    if (from === null || figure === null) return;
    const at = this.#at(event.clientX);
    const shape = figure.shapes[at];
    if (dragged && figure.kind === "bins") this.#onfilter(rangeFilters(figure.shapes, from.at, at));
    else if (shape && at === from.at) this.#onfilter(shape.filters);
  }

  #end(): void {
    this.#from = null;
    this.#brush.hidden = true;
  }
}

/** Bins as one path: twenty columns have twenty elements and no more. */
function bins(shapes: Shape[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  setAttr(svg, "viewBox", `0 0 ${shapes.length} ${HIGH}`);
  setAttr(svg, "preserveAspectRatio", "none");
  setAttr(path, "d", binsPath(shapes));
  svg.append(path);
  return svg;
}

/** The path of some bins; the least of anything can be seen. Pure. */
export function binsPath(shapes: readonly Pick<Shape, "height">[]): string {
  return shapes
    .map(({ height }, i) => {
      const high = height > 0 ? Math.max(1.2, height * HIGH) : 0;
      return high > 0 ? `M${i + 0.06} ${HIGH}v${-high.toFixed(2)}h0.88V${HIGH}z` : "";
    })
    .join("");
}

function values({ shapes, rest }: HeaderFigure): HTMLElement[] {
  const part = (width: number, kind: string, text: string) => {
    const element = h("span", { class: kind }, text);
    element.style.flexGrow = String(width);
    return element;
  };
  const parts = shapes.map(({ label, width }) =>
    part(
      width,
      "tsv-picture-value",
      width < NAMED_PART ? "" : label.slice(0, label.lastIndexOf(":")),
    ),
  );
  return rest > 0.001 ? [...parts, part(rest, "tsv-picture-rest", "")] : parts;
}
