// The notice about an upload of one's own that somebody else's took the place of.
import { button, h, setAttr, setText } from "../ui/dom.ts";
import type { Overtaken } from "../view/uploads.ts";

/** What happened to the upload. */
function overtakenText({ file, by }: { file: { name: string }; by: string | null }): string {
  const other = by === null || by === file.name ? "another file" : by;
  return `${file.name} is not shown: somebody uploaded ${other} at the same time, and the later one stays.`;
}

export class OvertakenNotice {
  readonly element: HTMLElement;
  readonly #text = h("span", { dir: "auto" });

  constructor(again: () => void, dismiss: () => void) {
    const retry = button("Upload again", { icon: "upload", kind: "small", onclick: again });
    const kind = "quiet small";
    const close = button("Dismiss", { icon: "close", bare: true, kind, onclick: dismiss });
    const buttons = h("div", { class: "tsv-tools" }, retry, close);
    const attributes = { class: "tsv-banner", "data-kind": "warning", role: "alert", hidden: true };
    this.element = h("div", attributes, this.#text, buttons);
  }

  update(overtaken: Overtaken | null): void {
    setAttr(this.element, "hidden", overtaken === null);
    if (overtaken !== null) setText(this.#text, overtakenText(overtaken));
  }
}
