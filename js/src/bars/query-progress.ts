// The progress of a query that takes a while: what is done, how far it has come, and a way to stop
// it.

import { sameQuery } from "../protocol/query.ts";
import { count, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { whoIs } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";
import { workWords } from "../words/query-words.ts";

export interface QueryProgressText {
  text: string;
  /** Between 0 and 1. */
  done: number;
  /** Whether the query is of this screen, and so can be cancelled here. */
  mine: boolean;
}

/** The progress of the pending query; null if there is none, or not for long enough. */
export function queryProgressText(viewer: Viewer): QueryProgressText | null {
  const { pendingQuery, link, view, following } = viewer;
  const rows = viewer.document?.table?.rows ?? 0;
  const working = following ? (link?.working ?? null) : null;
  // To a busy viewer the end of the work comes later than its rows.
  const isDone = working !== null && sameQuery(working.query, view?.query ?? {});
  const shared = isDone ? null : working;
  if (pendingQuery?.slow || (pendingQuery && shared)) {
    const done = Math.max(pendingQuery.done, shared?.done ?? 0);
    return { text: workWords(view?.query ?? {}, pendingQuery.query, rows), done, mine: true };
  }
  if (pendingQuery || shared === null) return null;
  const words = workWords(view?.query ?? {}, shared.query, rows);
  const who = whoIs(link, shared.by);
  return { text: who ? `${who}: ${words}` : words, done: shared.done, mine: false };
}

export class QueryProgress {
  readonly element: HTMLElement;
  readonly #text = h("span", { class: "tsv-progress-text", dir: "auto" });
  readonly #fill = h("div", { class: "tsv-progress-fill" });
  readonly #bar = h("div", { class: "tsv-progress-bar", role: "progressbar" }, this.#fill);
  readonly #cancel: HTMLButtonElement;

  constructor(oncancel: () => void) {
    this.#cancel = button(texts.cancel, { kind: "small", onclick: oncancel });
    setAttr(this.#bar, "aria-label", texts.question);
    const line = h("div", { class: "tsv-progress-line" }, this.#text, this.#cancel);
    this.element = h(
      "div",
      { class: "tsv-progress tsv-query-progress", hidden: true },
      line,
      this.#bar,
    );
  }

  /** Whether the progress is on the screen. */
  get shown(): boolean {
    return !this.element.hidden;
  }

  update(work: QueryProgressText | null): void {
    setAttr(this.element, "hidden", work === null);
    if (work === null) return;
    const percent = Math.round(work.done * 100);
    const known = percent > 0;
    setText(this.#text, known ? `${work.text} ${count(percent)} %` : work.text);
    setAttr(this.#cancel, "hidden", !work.mine);
    setAttr(this.#bar, "aria-valuenow", known ? percent : null);
    setAttr(this.#bar, "aria-valuetext", work.text);
    setAttr(this.#bar, "data-unknown", !known);
    this.#fill.style.width = known ? `${percent}%` : "";
  }
}
