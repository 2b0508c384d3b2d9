// The notice about an upload of one's own that somebody else's took the place of.
import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import type { Overtaken } from "../view/files/uploads.ts";

/** What happened to the upload. */
function overtakenText({ file, by }: { file: { name: string }; by: string | null }): string {
  const other = by === null || by === file.name ? texts.anotherFile : by;
  return fill(texts.overtaken, { name: file.name, other });
}

export class OvertakenNotice {
  readonly element: HTMLElement;
  readonly #text = h("span", { dir: "auto" });

  constructor(again: () => void, dismiss: () => void) {
    const retry = button(texts.uploadAgain, { icon: "upload", kind: "small", onclick: again });
    const kind = "quiet small";
    const close = button(texts.dismiss, { icon: "close", bare: true, kind, onclick: dismiss });
    const buttons = h("div", { class: "tsv-tools" }, retry, close);
    const attributes = { class: "tsv-banner", "data-kind": "warning", role: "alert", hidden: true };
    this.element = h("div", attributes, this.#text, buttons);
  }

  update(overtaken: Overtaken | null): void {
    setAttr(this.element, "hidden", overtaken === null);
    if (overtaken !== null) setText(this.#text, overtakenText(overtaken));
  }
}
