// A question whose rows take a while: what is being done, how far it has come, and a way to stop it.

import { sameQuery } from "../protocol/query.ts";
import { button, h, put, say } from "../ui/dom.ts";
import { whoIs } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";
import { count } from "../words/format.ts";
import { workWords } from "../words/query-words.ts";

export interface WorkText {
  text: string;
  /** Between 0 and 1. */
  done: number;
  /** Whether it was asked here, and so can be stopped here. */
  mine: boolean;
}

/** What to say of the question on its way; null if there is none, or not for long enough. */
export function workText(viewer: Viewer): WorkText | null {
  const { question, link, view, following } = viewer;
  const rows = viewer.document?.table?.rows ?? 0;
  const working = following ? (link?.working ?? null) : null;
  // A busy viewer is told of the end later than of the rows.
  const isDone = working !== null && sameQuery(working.query, view?.query ?? {});
  const shared = isDone ? null : working;
  if (question?.slow || (question && shared)) {
    const done = Math.max(question.done, shared?.done ?? 0);
    return { text: workWords(view?.query ?? {}, question.query, rows), done, mine: true };
  }
  if (question || shared === null) return null;
  const words = workWords(view?.query ?? {}, shared.query, rows);
  const who = whoIs(link, shared.by);
  return { text: who ? `${who}: ${words}` : words, done: shared.done, mine: false };
}

export class Work {
  readonly element: HTMLElement;
  readonly #text = h("span", { class: "tsv-progress-text", dir: "auto" });
  readonly #fill = h("div", { class: "tsv-progress-fill" });
  readonly #bar = h("div", { class: "tsv-progress-bar", role: "progressbar" }, this.#fill);
  readonly #cancel: HTMLButtonElement;

  constructor(oncancel: () => void) {
    this.#cancel = button("Cancel", { kind: "small", onclick: oncancel });
    put(this.#bar, "aria-label", "Question");
    const line = h("div", { class: "tsv-progress-line" }, this.#text, this.#cancel);
    this.element = h("div", { class: "tsv-progress tsv-work", hidden: true }, line, this.#bar);
  }

  /** Whether it is on the screen. */
  get shown(): boolean {
    return !this.element.hidden;
  }

  update(work: WorkText | null): void {
    put(this.element, "hidden", work === null);
    if (work === null) return;
    const percent = Math.round(work.done * 100);
    const known = percent > 0;
    say(this.#text, known ? `${work.text} ${count(percent)} %` : work.text);
    put(this.#cancel, "hidden", !work.mine);
    put(this.#bar, "aria-valuenow", known ? percent : null);
    put(this.#bar, "aria-valuetext", work.text);
    put(this.#bar, "data-unknown", !known);
    this.#fill.style.width = known ? `${percent}%` : "";
  }
}
