// The two controls beside the search: pictures in the headers on or off at one click, and how the
// table looks on this screen.

import type { Grid } from "../grid/grid.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr } from "../ui/dom.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { heatGradient } from "./heat-scale.ts";

const densities = () =>
  [
    ["compact", texts.compact],
    ["normal", texts.normal],
    ["roomy", texts.roomy],
  ] as const;

const scales = () =>
  [
    ["", texts.none],
    ["column", texts.scaleEach],
    ["table", texts.scaleAll],
  ] as const;

export class LookMenu {
  readonly #host: HTMLElement;
  readonly #grid: Grid;
  readonly #pictures: HTMLButtonElement;
  readonly #viewer: Viewer;
  readonly #ontoggle: () => void;

  constructor(host: HTMLElement, grid: Grid, viewer: Viewer, ontoggle: () => void) {
    this.#viewer = viewer;
    this.#host = host;
    this.#grid = grid;
    this.#ontoggle = ontoggle;
    const kind = "quiet";
    const toggle = () => this.#toggle();
    this.#pictures = button(texts.pictures, {
      ...{ icon: "bars", bare: true, kind, onclick: toggle },
    });
    const more = button(texts.howTableLooks, {
      ...{ icon: "look", bare: true, kind, onclick: () => this.#open(more) },
    });
    setAttr(more, "aria-haspopup", "dialog");
    const group = h("div", { class: "tsv-look" }, this.#pictures, more);
    host.querySelector(".tsv-query-bar")?.append(group);
    this.update();
  }

  update(): void {
    setAttr(this.#pictures, "aria-pressed", String(this.#grid.preferences.pictures));
  }

  #toggle(): void {
    const now = this.#grid.preferences;
    this.#grid.prefer({ ...now, pictures: !now.pictures });
    this.update();
    this.#ontoggle();
  }

  #open(beside: HTMLElement): void {
    openPopup(this.#host, beside, texts.howTableLooks, this.#heat(), this.#densities());
  }

  #heat(): HTMLElement {
    const { heatmap } = this.#viewer.view ?? {};
    const now = heatmap ? (heatmap.scale ?? "column") : "";
    const choices = scales().map(([value, label]) => {
      const radio = h("input", { type: "radio", name: "tsv-heat", value });
      radio.checked = now === value;
      radio.addEventListener("change", () => {
        const { heatmap: known } = this.#viewer.view ?? {};
        this.#viewer.colour(value === "" ? null : { ...known, scale: value });
      });
      return h("label", { class: "tsv-check" }, radio, label);
    });
    const scale = h("div", { class: "tsv-heat-scale", "aria-hidden": "true" });
    scale.style.backgroundImage = heatGradient();
    const ends = h(
      "div",
      { class: "tsv-heat-ends" },
      h("span", {}, texts.low),
      scale,
      h("span", {}, texts.high),
    );
    const title = h("legend", {}, texts.heatmapTitle);
    const who =
      this.#viewer.following && this.#viewer.editor ? texts.forEveryone : texts.onYourScreen;
    const note = h("p", { class: "tsv-note" }, fill(texts.heatmapNote, { who }));
    return h("fieldset", { class: "tsv-densities" }, title, ...choices, ends, note);
  }

  #densities(): HTMLElement {
    const name = "tsv-density";
    const choices = densities().map(([value, label]) => {
      const radio = h("input", { type: "radio", name, value });
      radio.checked = this.#grid.preferences.density === value;
      radio.addEventListener("change", () =>
        this.#grid.prefer({ ...this.#grid.preferences, density: value }),
      );
      return h("label", { class: "tsv-check" }, radio, label);
    });
    return h("fieldset", { class: "tsv-densities" }, h("legend", {}, texts.rowsTitle), ...choices);
  }
}
