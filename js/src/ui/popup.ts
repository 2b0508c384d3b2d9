// Popups: dialogs beside what they are about, over the page, so that no output of a notebook cuts
// them off.
import { openDialog } from "./dialog.ts";

/** Pixels between a popup and what it stands beside, and the edges of the window. */
const GAP_PX = 6;

/** Open a popup below `beside`, or above it where there is more room; on a phone at the bottom. */
export function openPopup(
  host: HTMLElement,
  beside: Element,
  title: string,
  ...content: Node[]
): HTMLDialogElement {
  const box = openDialog(host, title, ...content);
  box.classList.add("tsv-popup");
  const stand = () => place(box, beside.getBoundingClientRect());
  const observer = new ResizeObserver(stand);
  observer.observe(box);
  box.addEventListener("close", () => observer.disconnect());
  stand();
  return box;
}

function place(box: HTMLElement, anchor: DOMRect): void {
  const { innerWidth, innerHeight } = window;
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(GAP_PX, Math.min(anchor.left, innerWidth - width - GAP_PX));
  const below = anchor.bottom + GAP_PX;
  const fits = below + height <= innerHeight - GAP_PX;
  const top = fits ? below : Math.max(GAP_PX, Math.min(below, innerHeight - height - GAP_PX));
  box.style.setProperty("--left", `${left}px`);
  box.style.setProperty("--top", `${top}px`);
}
