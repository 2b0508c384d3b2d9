// The two dialogs: the links of a document, and one cell in full.
import { fillText } from "./cells.ts";
import { button, h, put, say } from "./dom.ts";
import { bytes, counted } from "./format.ts";
import type { CellAnswer } from "./wire.ts";

/** A modal dialog in `host` with a title and a way to close it; removed when closed. */
function open(host: HTMLElement, title: string, ...content: Node[]): HTMLDialogElement {
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

// --- share ------------------------------------------------------------------------------------

export interface Links {
  /** Turn pages and upload; null if this viewer has no more than the look-only link. */
  full: string | null;
  look: string | null;
}

/** The links a viewer can hand on. An open document (key null, may edit) has one for everything. */
export function linksOf(
  view_url: string | null,
  key: string | null | undefined,
  editor: boolean,
): Links {
  if (view_url === null) return { full: null, look: null };
  if (!editor || key === undefined) return { full: null, look: view_url };
  return key === null
    ? { full: view_url, look: null }
    : { full: `${view_url}#k=${key}`, look: view_url };
}

const LOOPBACK = /^(localhost|127\.|\[::1\])/;

/** Show both links and copy the one that lets people do most. */
export function openShare(host: HTMLElement, links: Links): void {
  const rows = [
    links.full &&
      linkRow("Full link", "Turn pages and upload. For the people you work with.", links.full),
    links.look && linkRow("Look-only link", "See everything, change nothing.", links.look),
  ].filter((row) => row !== null && row !== "");
  const url = links.full ?? links.look;
  const local = url !== null && LOOPBACK.test(new URL(url, location.href).host);
  const note = h("p", { class: "tsv-note" }, LOCAL_ONLY);
  const none = h("p", {}, "There is no link yet: this table is not connected to a relay.");
  const content = rows.length > 0 ? rows.map((row) => row.element) : [none];
  open(host, "Share this table", ...content, ...(local ? [note] : []));
  void rows[0]?.copy();
}

const LOCAL_ONLY =
  "These links work on this computer. For people elsewhere, share through a relay that " +
  "they can reach: tsvshare serve, or TSVShare(..., relay=...).";

function linkRow(name: string, purpose: string, url: string) {
  const field = h("input", { type: "text", readonly: true, value: url, "aria-label": name });
  const done = h("span", { class: "tsv-copied", "aria-live": "polite" });
  field.addEventListener("focus", () => field.select());
  const copy = async () => say(done, (await toClipboard(url, field)) ? "Copied" : "Press Ctrl+C");
  const press = button("Copy", { icon: "copy", onclick: () => void copy() });
  put(press, "aria-label", `Copy ${name.toLowerCase()}`);
  const head = h("div", { class: "tsv-link-head" }, h("strong", {}, name), done);
  const line = h("div", { class: "tsv-link-line" }, field, press);
  const element = h("section", { class: "tsv-link" }, head, h("p", {}, purpose), line);
  return { element, copy };
}

/** Copy a text; where the page may not use the clipboard, by selecting it. Whether it worked. */
async function toClipboard(text: string, field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

// --- one cell ---------------------------------------------------------------------------------

export interface CellView {
  column: string;
  /** Its row in the view, from 1. */
  row: number;
  /** What the page has of it. */
  text: string;
  /** Bytes in full if the page has a part only. */
  cut: number | null;
}

/** Show a cell; `fetch` is asked for the rest of one that was cut. */
export function openCell(
  host: HTMLElement,
  cell: CellView,
  fetch: () => Promise<CellAnswer>,
): void {
  const body = h("pre", { class: "tsv-cell-text", dir: "auto", tabindex: 0 });
  const note = h("p", { class: "tsv-note", "aria-live": "polite" });
  const fill = (text: string) => {
    body.replaceChildren();
    fillText(body, text);
  };
  fill(cell.text);
  open(host, `${cell.column} · row ${cell.row.toLocaleString()}`, body, note);
  if (cell.cut === null) {
    say(note, cell.text === "" ? "This cell is empty." : length(cell.text));
    return;
  }
  say(note, `The beginning of ${bytes(cell.cut)}; fetching the rest…`);
  fetch().then(
    (answer) => {
      fill(answer.text);
      const part = `The first ${length(answer.text)} of ${bytes(answer.bytes)}.`;
      say(note, answer.cut ? part : `${length(answer.text)}, ${bytes(answer.bytes)}.`);
    },
    (error: Error) => say(note, `The beginning of ${bytes(cell.cut ?? 0)}. ${error.message}`),
  );
}

const length = (text: string): string => counted([...text].length, "character", "characters");
