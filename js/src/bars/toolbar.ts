// The toolbar above the table: its name, who is there, and the buttons Undo, Reading, Upload, Share
// and Follow.

import { circle } from "../dialogs/person.ts";
import { linksOf } from "../link/links.ts";
import type { LinkState } from "../link/model.ts";
import type { TableState, Undo } from "../protocol/state.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { button, h, icon, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { initials, listPeople } from "../view/people.ts";
import { unreachableWords } from "../view/reach.ts";
import type { Connection } from "../view/shown.ts";
import type { Viewer } from "../view/viewer.ts";
import { bytes, clock } from "../words/format.ts";
import { dialectSummary, notableWords } from "../words/reading-words.ts";
import { bringBack } from "./undo.ts";

/** Circles in the bar; the panel has the others. */
const CIRCLES = 5;

export interface ToolbarEvents {
  onpeople(beside: HTMLElement): void;
  onreading(): void;
  onupload(): void;
  onshare(): void;
  /** Whether to show the link to the page, for those who are not on it. */
  linked: boolean;
}

/** A document's address, short enough to stand beside its name. */
export function shortLink(view_url: string): string {
  const { host, pathname } = new URL(view_url);
  return `${host}${pathname.replace(/([^/]{8})[^/]+$/, "$1…")}`;
}

/** The size of a table, in a line. */
export function describe(table: TableState): string {
  const rows = fill(texts.rows, { n: table.rows });
  const columns = fill(texts.columns, { n: table.columns });
  const incomplete = table.status === "incomplete" ? texts.incompleteSuffix : "";
  return `${rows} × ${columns} · ${bytes(table.bytes)}${incomplete}`;
}

/** The state of the connection in a few words; `cut`: this browser does not reach the relay. */
function connectionText(
  connection: Connection,
  since: number | null,
  cut: boolean = false,
): string {
  switch (connection) {
    case "live":
      return cut ? texts.liveCut : texts.live;
    case "connecting":
      return texts.connecting;
    case "stale":
      return since === null ? texts.stale : fill(texts.staleSince, { time: clock(since) });
    case "gone":
      return texts.gone;
    case "closed":
      return texts.closed;
    case "detached":
      return texts.notConnected;
  }
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #name: HTMLElement;
  readonly #facts = h("span", { class: "tsv-facts" });
  readonly #link = h("a", { class: "tsv-link-out", target: "_blank", rel: "noopener" });
  readonly #pill = h("span", { class: "tsv-pill" });
  readonly #role = h("span", { class: "tsv-tag", title: texts.lookOnlyTitle }, texts.lookOnly);
  readonly #people = h("button", {
    type: "button",
    class: "tsv-people",
    "aria-haspopup": "dialog",
  });
  readonly #circles = h("span", { class: "tsv-circles" });
  readonly #viewers = h("span");
  readonly #undo: HTMLButtonElement;
  readonly #follow: HTMLButtonElement;
  readonly #reading: HTMLButtonElement;
  readonly #upload: HTMLButtonElement;
  readonly #share: HTMLButtonElement;
  readonly #viewer: Viewer;
  readonly #linked: boolean;
  #named = "";
  #size: string | null = null;

  constructor(viewer: Viewer, events: ToolbarEvents) {
    this.#viewer = viewer;
    this.#linked = events.linked;
    // A page of its own has a heading; in a notebook the headings are the notebook's.
    this.#name = h(events.linked ? "span" : "h1", { class: "tsv-name", dir: "auto" });
    this.#follow = followSwitch(() => viewer.follow(!viewer.following));
    const onclick = () => events.onreading();
    this.#reading = button(texts.howRead, {
      icon: "reading",
      kind: "quiet tsv-reads",
      onclick,
    });
    this.#upload = button(texts.upload, { icon: "upload", onclick: () => events.onupload() });
    this.#share = button(texts.share, {
      icon: "share",
      kind: "primary",
      onclick: () => events.onshare(),
    });
    this.#undo = button(texts.undo, {
      icon: "undo",
      kind: "quiet tsv-undo",
      onclick: () => bringBack(viewer),
    });
    this.#people.append(this.#circles, icon("people"), this.#viewers);
    this.#people.addEventListener("click", () => events.onpeople(this.#people));
    const title = h("div", { class: "tsv-title" }, this.#name, this.#facts, this.#link);
    const state = h("div", { class: "tsv-presence" }, this.#pill, this.#role, this.#people);
    const tools = h("div", { class: "tsv-tools" });
    tools.append(this.#follow, this.#undo, this.#reading, this.#upload, this.#share);
    this.element = h("div", { class: "tsv-toolbar" }, icon("table"), title, state, tools);
  }

  update(): void {
    const { document: shared, connection, link, editor, following, live, reach } = this.#viewer;
    const table = shared?.table ?? null;
    setText(this.#name, table?.name ?? (shared ? texts.noTableYet : texts.aSharedTable));
    setAttr(this.#name, "title", table?.name);
    this.#updateFacts(table);
    const cut = connection === "live" && reach.state === "no";
    setText(this.#pill, connectionText(connection, link?.since ?? null, cut));
    setAttr(this.#pill, "title", cut && link?.base ? unreachableWords(link.base) : null);
    setAttr(this.#pill, "data-state", connection);
    setAttr(this.#role, "hidden", editor || !live);
    this.#updatePeople(link);
    setAttr(this.#follow, "aria-checked", String(following));
    setAttr(this.#follow, "hidden", table === null);
    setAttr(this.#upload, "hidden", !editor || connection === "gone" || connection === "closed");
    setDisabled(this.#upload, !live);
    setDisabled(this.#share, !link?.view_url || connection === "gone");
    this.#updateUndo(shared?.undo ?? null);
    this.#updateReading(table);
    this.#updateLink(link?.view_url ?? null);
  }

  /** Its size: each page of a table comes with it, and numbers are written at length. */
  #updateFacts(table: TableState | null): void {
    const size = table && [table.rows, table.columns, table.bytes, table.status].join();
    if (size !== this.#size) setText(this.#facts, table ? describe(table) : "");
    this.#size = size;
  }

  /** How many are here, and a circle for each of the first who gave a name. */
  #updatePeople(link: LinkState | null): void {
    const viewers = link?.viewers ?? 0;
    const named = listPeople(link).people.filter(({ name }) => name !== null);
    const shown = named.slice(0, CIRCLES);
    const marks = initials(named);
    const key = JSON.stringify(shown.map(({ cid }) => [cid, marks.get(cid)]));
    if (key !== this.#named) {
      const circles = shown.map((person) => circle(person, marks.get(person.cid)));
      this.#circles.replaceChildren(...circles);
    }
    this.#named = key;
    setText(this.#viewers, count(viewers));
    const name = fill(texts.peopleHere, { n: viewers });
    setAttr(this.#people, "aria-label", name);
    setAttr(this.#people, "title", [name, ...named.map((person) => person.name)].join(" · "));
    setAttr(this.#people, "hidden", !this.#viewer.live || viewers === 0);
  }

  #updateUndo(undo: Undo | null): void {
    const { editor, live } = this.#viewer;
    setAttr(this.#undo, "hidden", undo === null || !editor);
    setDisabled(this.#undo, !live);
    if (undo === null) return;
    setAttr(
      this.#undo,
      "title",
      fill(texts.bringBack, { name: undo.name, rows: fill(texts.rows, { n: undo.rows }) }),
    );
  }

  /** A dot where something deserves a look; what, and how the file was read, on request. */
  #updateReading(table: TableState | null): void {
    setAttr(this.#reading, "hidden", table === null);
    if (table === null) return;
    const notable = notableWords(table);
    setAttr(this.#reading, "data-notable", notable.length > 0);
    setAttr(this.#reading, "data-busy", table.status === "rereading");
    setAttr(
      this.#reading,
      "title",
      [dialectSummary(table), ...notable].filter(Boolean).join(" · "),
    );
  }

  #updateLink(view_url: string | null): void {
    const { connection, editor, liveness, reach, link } = this.#viewer;
    const looking = { look: link?.access?.look ?? "open", key: liveness.lookKey } as const;
    const { full, look } = linksOf(view_url, liveness.key, editor, looking);
    const shown = this.#linked && (connection === "live" || connection === "stale");
    setAttr(this.#link, "hidden", !shown || view_url === null);
    const opens = reach.state !== "no";
    setAttr(this.#link, "href", opens ? (full ?? look) : null);
    setAttr(this.#link, "title", opens ? texts.openShared : texts.linkUnreachable);
    setText(this.#link, view_url === null ? "" : shortLink(view_url));
  }
}

function followSwitch(onclick: () => void): HTMLButtonElement {
  const title = texts.followTitle;
  const element = h(
    "button",
    { type: "button", role: "switch", class: "tsv-switch", "aria-label": texts.follow, title },
    h("span", { class: "tsv-knob" }),
    h("span", {}, texts.follow),
  );
  element.addEventListener("click", onclick);
  return element;
}
