// The growth note: how fast rows come, how many came that one was elsewhere for, pause and resume.

import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";

export class GrowthNote {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #rate = h("span", { class: "tsv-growing" });
  readonly #jump: HTMLButtonElement;
  readonly #jumpText = h("span");
  readonly #pause: HTMLButtonElement;
  readonly #pauseText = h("span");
  #page = 0;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    const toEnd = () => viewer.turnTo(-1);
    this.#jump = button("", { icon: "down", kind: "small", onclick: toEnd });
    this.#jump.lastElementChild?.replaceWith(this.#jumpText);
    this.#pause = button("", { kind: "small quiet", onclick: () => this.#press() });
    this.#pause.lastElementChild?.replaceWith(this.#pauseText);
    this.element = h("span", { class: "tsv-growth" }, this.#rate, this.#jump, this.#pause);
  }

  /** Stay at the page that is shown while rows come, or go on to the newest ones. */
  #press(): void {
    const { view, page } = this.#viewer;
    this.#page = view?.stick ? page : 0;
    this.#viewer.turnTo(view?.stick ? page : -1);
  }

  update(): void {
    const { growth, view, live, page, turnable } = this.#viewer;
    const { growing, unseen } = growth;
    const tail = view?.stick ?? false;
    if (tail && page !== this.#page) this.#page = 0;
    const paused = !tail && page === this.#page;
    const sorted = (view?.query.sort?.length ?? 0) > 0;
    const words = live && growing ? growthWords(growth.rate) : "";
    setText(this.#rate, words);
    setText(this.#jumpText, newRowsWords(unseen));
    setAttr(this.#jump, "title", texts.jumpToNewest);
    // Sorted, the newest rows are anywhere.
    setAttr(this.#jump, "hidden", tail || sorted || unseen === 0 || !turnable);
    setText(this.#pauseText, paused ? texts.resume : texts.pause);
    setAttr(this.#pause, "title", paused ? texts.resumeTitle : texts.pauseTitle);
    setAttr(this.#pause, "hidden", !turnable || !growth.ever || !(tail || paused));
    setAttr(this.element, "hidden", table(this.#viewer) === null);
  }
}

/** "growing, 50 rows/s"; without a rate that can be said, that it grows. */
export function growthWords(rate: number | null): string {
  if (rate === null) return texts.growing;
  const n = rate >= 10 ? Math.round(rate) : Math.round(10 * rate) / 10;
  return fill(texts.growingBy, { n });
}

/** "12 new rows". */
export const newRowsWords = (rows: number): string => fill(texts.newRows, { n: rows });

const table = (viewer: Viewer) => viewer.document?.table ?? null;
