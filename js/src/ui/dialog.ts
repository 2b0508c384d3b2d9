// Dialogs with a title and a way to close them: modal, or beside the table.
import { texts } from "../texts/texts.ts";
import { activeElementAround, button, h } from "./dom.ts";

/** Open a dialog over everything in `host`; it is removed when it is closed. */
export function openDialog(
  host: HTMLElement,
  title: string,
  ...content: Node[]
): HTMLDialogElement {
  return openModal(host, { class: "tsv-dialog", "aria-label": title }, title, content);
}

function openModal(
  host: HTMLElement,
  kind: Record<string, string>,
  title: string,
  content: Node[],
): HTMLDialogElement {
  const inside = insideOf(title, content, () => box.close());
  const box = h("dialog", kind, inside);
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => box.remove());
  closeByEscape(box);
  host.append(box);
  box.showModal();
  return box;
}

/** In a search field WebKit takes Escape for the field, and the dialog would stay. */
function closeByEscape(box: HTMLDialogElement): void {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    box.close();
  });
}

/**
 * Open a dialog at the side of the window, over whatever would cut it off; the table can be used
 * meanwhile. It is removed when it is closed, as Escape does. Where a browser cannot do that, it
 * is modal.
 */
export function openSide(host: HTMLElement, title: string, ...content: Node[]): HTMLElement {
  const kind = { class: "tsv-dialog tsv-side", "aria-label": title };
  if (!("showPopover" in host)) return openModal(host, kind, title, content);
  const before = activeElementAround(host);
  const close = () => {
    box.remove();
    if (before instanceof HTMLElement) before.focus();
  };
  const inside = insideOf(title, content, close);
  const box = h("dialog", { ...kind, popover: "manual" }, inside);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  host.append(box);
  box.showPopover();
  box.querySelector("button")?.focus();
  return box;
}

function insideOf(title: string, content: Node[], onclick: () => void): HTMLElement {
  const heading = h("h2", { class: "tsv-dialog-title", dir: "auto" }, title);
  const close = button(texts.close, { icon: "close", bare: true, kind: "quiet", onclick });
  const head = h("div", { class: "tsv-dialog-head" }, heading, close);
  return h("div", { class: "tsv-dialog-inside" }, head, ...content);
}
