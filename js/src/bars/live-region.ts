// The live region (role "status"): announces what changed, who is there and how the connection is,
// and lets what somebody else changed glow. Browser-only state: what was announced last.

import { sameQuery } from "../protocol/query.ts";
import type { Snapshot, ViewState } from "../protocol/state.ts";
import { texts } from "../texts/texts.ts";
import { h, setText } from "../ui/dom.ts";
import { whoIs } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";
import { afterGrowth, announce, announceOwn, peopleWords } from "../words/announce.ts";
import { changeWords } from "../words/query-words.ts";
import { changedBy, glow } from "./glow.ts";

export class LiveRegion {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #said = h("span", { class: "tsv-announcement" });
  readonly #people = h("span", { class: "tsv-who" });
  #known: Snapshot | null = null;
  #own: ViewState | null = null;
  #connection = "";
  #held = false;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    const attributes = { class: "tsv-status", role: "status", "aria-live": "polite" };
    this.element = h("div", { ...attributes, "aria-atomic": "false" }, this.#said, this.#people);
  }

  /** Announce what the screen does not say by itself. */
  announceText(words: string): void {
    setText(this.#said, words);
  }

  update(root: HTMLElement): void {
    this.#sayShared(root);
    this.#sayOwn();
    this.#sayConnection();
    this.#sayHeld();
    const { live, link } = this.#viewer;
    setText(this.#people, live && link ? peopleWords(link.viewers) : "");
  }

  #sayShared(root: HTMLElement): void {
    const { snapshot, following, link, names } = this.#viewer;
    if (snapshot === null || snapshot === this.#known) return;
    const known = this.#known;
    this.#known = snapshot;
    const who = snapshot.event === "welcome" ? null : whoIs(link, snapshot.by);
    const listener = { following, who, nameOf: names.of };
    const news = announce(known, snapshot, listener);
    // What was said of how many rows and pages there are may not be true any more.
    const said = () => afterGrowth(this.#said.textContent ?? "", known, snapshot, listener);
    setText(this.#said, news || said());
    const byOther = known !== null && who !== null && snapshot.by !== null && following;
    if (byOther) glow(changedBy(snapshot.event, root), snapshot.by as string);
  }

  #sayOwn(): void {
    const { following, view, names } = this.#viewer;
    const before = this.#own;
    const own = following ? null : view;
    this.#own = own;
    if (own === null) return;
    if (before !== null && !sameQuery(before.query, own.query)) {
      setText(this.#said, changeWords(before.query, own, names.of));
    } else if (own.page !== before?.page) setText(this.#said, announceOwn(own.page));
  }

  #sayConnection(): void {
    const { connection, live } = this.#viewer;
    if (connection === this.#connection) return;
    if (connection !== "live" && this.#connection === "live") {
      setText(this.#said, texts.connectionLost);
    } else if (live && this.#connection === "stale") setText(this.#said, texts.liveAgain);
    this.#connection = connection;
  }

  #sayHeld(): void {
    const { held } = this.#viewer;
    if (held && !this.#held) setText(this.#said, texts.heldBanner);
    this.#held = held;
  }
}
