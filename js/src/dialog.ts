// A modal dialog with a title and a way to close it.
import { button, h, put } from "./dom.ts";

/** Open a dialog in `host`; it is removed when it is closed. */
export function openDialog(
  host: HTMLElement,
  title: string,
  ...content: Node[]
): HTMLDialogElement {
  const heading = h("h2", { class: "tsv-dialog-title", dir: "auto" }, title);
  const close = button("Close", {
    icon: "close",
    bare: true,
    kind: "quiet",
    onclick: () => box.close(),
  });
  const head = h("div", { class: "tsv-dialog-head" }, heading, close);
  const inside = h("div", { class: "tsv-dialog-inside" }, head, ...content);
  const box = h("dialog", { class: "tsv-dialog", "aria-label": title }, inside);
  put(box, "data-lm-suppress-shortcuts", "true");
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => box.remove());
  host.append(box);
  box.showModal();
  return box;
}
