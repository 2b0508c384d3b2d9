// The share dialog: the links of a document.

import { type Links, linksOf } from "../link/links.ts";
import type { LinkState } from "../link/model.ts";
import { isEverything } from "../protocol/query.ts";
import type { Access } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { copyText } from "../ui/clipboard.ts";
import { openDialog } from "../ui/dialog.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { isLoopback, type Reached } from "../view/reach.ts";
import { type LinkedView, linkToView, viewToLink } from "../view/view-link.ts";
import type { Viewer } from "../view/viewer.ts";
import { queryWords } from "../words/query-words.ts";
import { qrCode } from "./qr.ts";
import { type Told, takingBack } from "./take-back.ts";
import { waysOut } from "./ways-out.ts";
import { whoOpens } from "./who.ts";

/** The view on the screen, for a link to it, and what it is in words. */
interface ViewToShare {
  view: LinkedView;
  words: string;
}

/** The view that a screen shows; null if there is no table. */
function viewToShare({ view, names, document: shared }: Viewer): ViewToShare | null {
  if (view === null || !shared?.table) return null;
  const query = isEverything(view.query) ? "" : `, ${queryWords(view.query, names.of)}`;
  return {
    view: viewToLink(view, names.known),
    words: fill(texts.pageAndQuery, { page: view.page, query }),
  };
}

/**
 * What to say beside the links: for whom they do not work; null if nothing is known against them.
 * `dead`: the relay does not answer and nobody is connected to it. Pure.
 */
export function linkNote(
  link: Pick<LinkState, "base" | "view_url"> | null,
  { reached, dead }: { reached: Reached; dead: boolean },
): string | null {
  if (!link?.base || !link.view_url) return texts.noLinkYet;
  if (dead) return fill(texts.noLinkDead, { base: link.base, again: texts.runItsCell });
  if (reached === "no") {
    return fill(texts.linksUnreachable, { base: link.base, elsewhere: texts.elsewhere });
  }
  return isLoopback(link.view_url) ? fill(texts.linksHere, { elsewhere: texts.elsewhere }) : null;
}

/**
 * Show the links and copy the one that lets people do most.
 *
 * Without a connection the links may have gone with the relay: it is tried before they are shown.
 */
export async function openShare(
  host: HTMLElement,
  viewer: Viewer,
  told: Partial<Told> = {},
): Promise<void> {
  const { link, liveness, editor, live, reach } = viewer;
  const reached = live ? reach.state : await reach.check();
  const dead = !live && reached === "no";
  viewer.requests.tell({ type: "sharing" });
  const { key = liveness.key, access = link?.access ?? OPEN, look_key = liveness.lookKey } = told;
  const looking = { look: access.look, key: look_key };
  const links = linksOf(dead ? null : (link?.view_url ?? null), key, editor, looking);
  // A link that opens here says itself for whom it does.
  const opens = reached !== "no" && link?.view_url;
  const note = opens ? null : linkNote(link, { reached, dead });
  const rows = linkRows(links, viewToShare(viewer));
  const again = (news?: Told) => {
    box.close();
    void openShare(host, viewer, news);
  };
  const parts: Node[] = [];
  const url = links.full ?? links.look;
  if (url !== null) {
    // One relay has them all, so who opens one opens each; and where that is nobody else, the ways
    // out come first.
    const who = whoOpens(url, location.href, reached, {
      guarded: Boolean(link?.path),
      many: rows.length > 1,
    });
    parts.push(h("p", { class: "tsv-who-opens" }, who));
  }
  if (note !== null) parts.push(h("p", { class: "tsv-note" }, note));
  if (!dead) parts.push(...waysOut(viewer, links, reached, again));
  parts.push(...rows.map((row) => row.element));
  if (!dead) parts.push(...takingBack(host, viewer, access, again));
  const box = openDialog(host, texts.shareTitle, h("div", { class: "tsv-share" }, ...parts));
  rows.find((row) => row.forRoom)?.showCode();
  if (reached !== "no") void rows[0]?.copy();
}

const OPEN: Access = { look: "open", ends: null };

function linkRows({ full, look }: Links, place: ViewToShare | null): LinkRow[] {
  const rows: LinkRow[] = [];
  if (full !== null) rows.push(new LinkRow(texts.fullLink, texts.fullLinkFor, full, look === null));
  if (look !== null) rows.push(new LinkRow(texts.lookLink, texts.lookLinkFor, look, true));
  const url = full ?? look;
  if (url === null || place === null) return rows;
  const also = full === null ? texts.looksOnly : texts.canChangeAll;
  const purpose = fill(texts.viewLinkFor, { place: place.words, also });
  return [...rows, new LinkRow(texts.viewLink, purpose, linkToView(url, place.view), false)];
}

/** One link: what it is for, the link itself, a button that copies it and one for its QR code. */
class LinkRow {
  readonly element: HTMLElement;
  readonly forRoom: boolean;
  readonly #name: string;
  readonly #url: string;
  readonly #field: HTMLInputElement;
  readonly #done = h("span", { class: "tsv-copied", "aria-live": "polite" });
  readonly #head: HTMLElement;
  readonly #code = h("div", { class: "tsv-code", hidden: true });
  readonly #codeButton: HTMLButtonElement;

  constructor(name: string, purpose: string, url: string, forRoom: boolean) {
    this.#name = name.toLowerCase();
    this.#url = url;
    this.forRoom = forRoom;
    this.#field = h("input", { type: "text", readonly: true, value: url, "aria-label": name });
    this.#field.addEventListener("focus", () => this.#field.select());
    const press = button(texts.copy, { icon: "copy", onclick: () => void this.copy() });
    setAttr(press, "aria-label", fill(texts.copyNamed, { name: this.#name }));
    this.#codeButton = button(texts.qrCode, { kind: "quiet", onclick: () => this.#toggleCode() });
    setAttr(this.#codeButton, "aria-label", fill(texts.qrCodeOf, { name: this.#name }));
    setAttr(this.#codeButton, "aria-expanded", "false");
    this.#head = h("div", { class: "tsv-link-head" }, h("strong", {}, name), this.#done);
    const line = h("div", { class: "tsv-link-line" }, this.#field, press, this.#codeButton);
    const content = [this.#head, h("p", {}, purpose), line, this.#code];
    this.element = h("section", { class: "tsv-link" }, ...content);
  }

  async copy(): Promise<void> {
    const copied = await copyText(this.#url, this.#head);
    setText(this.#done, copied ? texts.copied : texts.pressCtrlC);
    if (!copied) this.#field.focus();
  }

  showCode(): void {
    if (this.#code.childElementCount === 0) this.#code.append(qrCode(this.#url, this.#name));
    setAttr(this.#code, "hidden", false);
    setAttr(this.#codeButton, "aria-expanded", "true");
  }

  #toggleCode(): void {
    const shown = this.#codeButton.getAttribute("aria-expanded") === "true";
    setAttr(this.#code, "hidden", shown);
    setAttr(this.#codeButton, "aria-expanded", String(!shown));
    if (!shown) this.showCode();
  }
}
