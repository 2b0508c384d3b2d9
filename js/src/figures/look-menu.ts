// The two controls beside the search: pictures in the headers on or off at one click, and how the
// table looks on this screen.

import type { Grid } from "../grid/grid.ts";
import { button, h, setAttr } from "../ui/dom.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { heatGradient } from "./heat-scale.ts";

const DENSITIES = [
  ["compact", "Compact"],
  ["normal", "Normal"],
  ["roomy", "Roomy"],
] as const;

const SCALES = [
  ["", "None"],
  ["column", "Each by its own scale"],
  ["table", "All by one scale"],
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
    this.#pictures = button("Pictures in the header", {
      ...{ icon: "bars", bare: true, kind, onclick: toggle },
    });
    const more = button("How the table looks", {
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
    openPopup(this.#host, beside, "How the table looks", this.#heat(), this.#densities());
  }

  #heat(): HTMLElement {
    const { heatmap } = this.#viewer.view ?? {};
    const now = heatmap ? (heatmap.scale ?? "column") : "";
    const choices = SCALES.map(([value, label]) => {
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
      h("span", {}, "low"),
      scale,
      h("span", {}, "high"),
    );
    const title = h("legend", {}, "Heatmap of the columns of numbers");
    const who = this.#viewer.following && this.#viewer.editor ? "for everyone" : "on your screen";
    const note = h(
      "p",
      { class: "tsv-note" },
      `Shows ${who}. A column's own menu colours that one alone.`,
    );
    return h("fieldset", { class: "tsv-densities" }, title, ...choices, ends, note);
  }

  #densities(): HTMLElement {
    const name = "tsv-density";
    const choices = DENSITIES.map(([value, label]) => {
      const radio = h("input", { type: "radio", name, value });
      radio.checked = this.#grid.preferences.density === value;
      radio.addEventListener("change", () =>
        this.#grid.prefer({ ...this.#grid.preferences, density: value }),
      );
      return h("label", { class: "tsv-check" }, radio, label);
    });
    return h("fieldset", { class: "tsv-densities" }, h("legend", {}, "Rows"), ...choices);
  }
}
