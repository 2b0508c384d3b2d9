// The links of a document, and handing them on.
import { copyText } from "./clipboard.ts";
import { openDialog } from "./dialog.ts";
import { button, h, put, say } from "./dom.ts";

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
  openDialog(host, "Share this table", ...content, ...(local ? [note] : []));
  void rows[0]?.copy();
}

const LOCAL_ONLY =
  "These links work on this computer. For people elsewhere, share through a relay that " +
  "they can reach: tsvshare serve, or TSVShare(..., relay=...).";

function linkRow(name: string, purpose: string, url: string) {
  const field = h("input", { type: "text", readonly: true, value: url, "aria-label": name });
  const done = h("span", { class: "tsv-copied", "aria-live": "polite" });
  field.addEventListener("focus", () => field.select());
  const copy = async () => {
    const copied = await copyText(url, head);
    say(done, copied ? "Copied" : "Press Ctrl+C");
    if (!copied) field.focus();
  };
  const press = button("Copy", { icon: "copy", onclick: () => void copy() });
  put(press, "aria-label", `Copy ${name.toLowerCase()}`);
  const head = h("div", { class: "tsv-link-head" }, h("strong", {}, name), done);
  const line = h("div", { class: "tsv-link-line" }, field, press);
  const element = h("section", { class: "tsv-link" }, head, h("p", {}, purpose), line);
  return { element, copy };
}
