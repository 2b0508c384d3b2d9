// Notices: a banner for a state that lasts, a toast for what has just happened.

import { bringButton } from "../dialogs/person.ts";
import { LAST_WORDS } from "../protocol/errors.ts";
import { isEverything, sameQuery } from "../protocol/query.ts";
import type { Person } from "../protocol/state.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { shownName } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";
import { clock, sentence } from "../words/format.ts";
import { queryWords } from "../words/query-words.ts";

const TOAST_SECONDS = 8;

/** The one banner that matters most now; null if all is well. */
export interface BannerText {
  kind: "info" | "warning" | "error";
  text: string;
  /** What the button in it does, if there is one. */
  action: "return" | null;
}

/** Milliseconds after which a connection that is lost may be lost for good. */
const LONG_MS = 60_000;

/** Whether the connection has ended because the relay is of another major version. */
export const isOtherVersion = ({ link }: Viewer): boolean =>
  link?.message?.code === "wrong_version";

/** Why there is nothing to come back to. */
function goneWords(viewer: Viewer): string {
  const { code, message } = viewer.link?.message ?? {};
  if (code !== undefined && message !== undefined && LAST_WORDS.includes(code)) {
    return sentence(message);
  }
  return isOtherVersion(viewer) ? texts.otherVersionBanner : texts.goneBanner;
}

export function bannerText(viewer: Viewer): BannerText | null {
  const { connection, link, document: shared } = viewer;
  const plain = (kind: BannerText["kind"], text: string) => ({ kind, text, action: null });
  if (connection === "gone") return plain("error", goneWords(viewer));
  if (connection === "closed") return plain("info", texts.viewClosed);
  if (connection === "detached") return plain("warning", texts.detachedBanner);
  if (connection === "stale") {
    const since = link?.since ? fill(texts.atTime, { time: clock(link.since) }) : "";
    const long = link?.since && Date.now() - link.since > LONG_MS ? ` ${texts.staleLong}` : "";
    return plain("warning", `${texts.staleBanner}${since}.${long}`);
  }
  const { code = "", message = "" } = link?.message ?? {};
  if (code === "wrong_key") return plain("warning", texts.wrongKeyBanner);
  // What else went wrong before is over once there is a connection.
  if (code && (!viewer.live || code === "engine_down")) return plain("warning", sentence(message));
  if (viewer.held) {
    const opens = viewer.reach.state === "yes";
    return plain("info", opens ? `${texts.heldBanner} ${texts.heldOut}` : texts.heldBanner);
  }
  const { followed } = viewer;
  if (followed && shared) {
    const text = fill(texts.followBanner, {
      name: shownName(link, followed.cid),
      asks: asksWords(followed),
    });
    return { kind: "info", text, action: "return" };
  }
  if (!viewer.following && shared) {
    const text = fill(texts.aloneBanner, { page: everyone(viewer) });
    return { kind: "info", text, action: "return" };
  }
  const problem = shared?.table?.problem;
  if (shared?.table?.status === "incomplete") {
    return plain(
      "warning",
      fill(texts.incompleteBanner, { problem: problem?.message ?? texts.endedEarly }),
    );
  }
  return null;
}

/** What somebody asks on their own is known to them alone. */
const asksWords = ({ at }: Person): string => (at?.own_query ? texts.asksOwn : "");

/** The page that everyone is on, and their query if it is not the one of this screen. */
function everyone(viewer: Viewer): string {
  const { page = 1, query = {} } = viewer.document?.view ?? {};
  if (sameQuery(query, viewer.query)) return count(page);
  if (isEverything(query)) return fill(texts.ofWholeTable, { page });
  return `${count(page)}, ${queryWords(query, viewer.names.of)}`;
}

export class Notices {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #text = h("span");
  readonly #return: HTMLButtonElement;
  readonly #bring: HTMLButtonElement;
  readonly #banner: HTMLElement;
  readonly #toastText = h("span", { dir: "auto" });
  readonly #toast: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    const back = () => viewer.follow(true);
    this.#return = button(texts.return, { kind: "small", onclick: back });
    this.#bring = bringButton(viewer);
    const buttons = h("div", { class: "tsv-tools" }, this.#bring, this.#return);
    this.#banner = h("div", { class: "tsv-banner" }, this.#text, buttons);
    const hide = () => this.hideToast();
    const close = button(texts.dismiss, {
      icon: "close",
      bare: true,
      kind: "quiet",
      onclick: hide,
    });
    this.#toast = h("div", { class: "tsv-toast", role: "alert" }, this.#toastText, close);
    this.element = h("div", { class: "tsv-notices" }, this.#banner);
    setAttr(this.#toast, "hidden", true);
  }

  /** The element of toasts; it stands over the table, so that that does not move. */
  get toast(): HTMLElement {
    return this.#toast;
  }

  update(): void {
    const banner = bannerText(this.#viewer);
    setAttr(this.#banner, "hidden", banner === null);
    if (banner === null) return;
    setText(this.#text, banner.text);
    setAttr(this.#banner, "data-kind", banner.kind);
    const alone = banner.action === "return";
    const { editor, live, link } = this.#viewer;
    setAttr(this.#return, "hidden", !alone);
    setAttr(this.#bring, "hidden", !alone || !editor || !live || (link?.viewers ?? 0) < 2);
  }

  /** Show what has happened, for a while. */
  showToast(message: string): void {
    setText(this.#toastText, sentence(message));
    setAttr(this.#toast, "hidden", false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hideToast(), TOAST_SECONDS * 1000);
  }

  hideToast(): void {
    clearTimeout(this.#timer);
    setAttr(this.#toast, "hidden", true);
  }
}
