// The menu of a cell: copy, show in full, follow a link, select its row or column.

import { addressOf } from "../grid/contents/cell-links.ts";
import type { Point } from "../grid/events.ts";
import { texts } from "../texts/texts.ts";
import { button, h } from "../ui/dom.ts";
import { openPopup } from "../ui/popup.ts";

export interface CellAction {
  label: string;
  act(): void;
}

/** Open the menu at a point of the window; what is chosen is done when it has closed. */
export function openCellMenu(
  host: HTMLElement,
  at: Point,
  text: string,
  actions: CellAction[],
): void {
  const beside = h("span", { class: "tsv-point" });
  beside.style.left = `${at.x}px`;
  beside.style.top = `${at.y}px`;
  host.append(beside);
  const buttons = actions.map(({ label, act }) =>
    button(label, {
      kind: "small quiet",
      onclick: () => {
        box.close();
        act();
      },
    }),
  );
  const list = h("div", { class: "tsv-cell-menu" }, ...buttons, followLink(text));
  const box = openPopup(host, beside, texts.cell, list);
  box.addEventListener("close", () => beside.remove());
  buttons[0]?.focus();
}

function followLink(text: string): HTMLElement | null {
  const address = addressOf(text);
  if (address === null) return null;
  const safe = { target: "_blank", rel: "noopener noreferrer" };
  return h("a", { class: "tsv-button small quiet", href: address, ...safe }, texts.openLink);
}
