// Buttons and keys that go back to what was asked before, and forth again.

import { texts } from "../texts/texts.ts";
import { button, h, setAttr, setDisabled } from "../ui/dom.ts";
import { takesPaste } from "../ui/pasted.ts";
import type { Viewer } from "../view/viewer.ts";
import { QueryHistory } from "./query-history.ts";

/** The step that a key asks for: -1 back, 1 forth, 0 none. */
export function stepOf(event: KeyboardEvent): number {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (altKey || !(ctrlKey || metaKey)) return 0;
  if (/^z$/i.test(key)) return shiftKey ? 1 : -1;
  return /^y$/i.test(key) && !shiftKey ? 1 : 0;
}

export class QuerySteps {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #history = new QueryHistory();
  readonly #back: HTMLButtonElement;
  readonly #forth: HTMLButtonElement;

  /** `host` is the component, in which the keys count; the buttons stand beside what is asked. */
  constructor(host: HTMLElement, viewer: Viewer) {
    this.#viewer = viewer;
    const bare = { icon: "undo", bare: true, kind: "quiet small" } as const;
    this.#back = button(texts.askBefore, { ...bare, onclick: () => this.step(-1) });
    const forth = { ...bare, kind: "quiet small tsv-mirrored", onclick: () => this.step(1) };
    this.#forth = button(texts.askAfter, forth);
    this.element = h(
      "span",
      { class: "tsv-tools tsv-steps", hidden: true },
      this.#back,
      this.#forth,
    );
    host.querySelector(".tsv-query")?.append(this.element);
    host.addEventListener("keydown", (event) => {
      if (!takesPaste(event) && this.step(stepOf(event))) event.preventDefault();
    });
  }

  update(): void {
    const { document: shared, following, query, live } = this.#viewer;
    this.#history.observe(`${shared?.table?.id} ${following}`, query);
    const { hasPast, hasFuture } = this.#history;
    setAttr(this.element, "hidden", !hasPast && !hasFuture);
    setDisabled(this.#back, !live || !hasPast);
    setDisabled(this.#forth, !live || !hasFuture);
  }

  /** Go back (-1) or forth (1); whether there was anything to go to. */
  step(by: number): boolean {
    if (by === 0 || !this.#viewer.live) return false;
    const query = by < 0 ? this.#history.back() : this.#history.forth();
    if (query !== null) this.#viewer.submitQuery(query);
    return query !== null;
  }
}
