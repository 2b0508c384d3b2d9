// What stands between the bar and the table: banners for what is so, a toast for what happened,
// and the progress of an upload.
import { button, h, put, say } from "./dom.ts";
import { bytes, clock, count, sentence } from "./format.ts";
import type { Upload } from "./uploads.ts";
import type { Viewer } from "./viewer.ts";
import type { TableState } from "./wire.ts";

const TOAST_SECONDS = 8;

/** The one banner that matters most now; null if all is well. */
export interface BannerText {
  kind: "info" | "warning" | "error";
  text: string;
  /** What the button in it does, if there is one. */
  action: "return" | null;
}

const STALE = "The connection to the relay is lost; trying again. This is what it last said";
const GONE =
  "This table is no longer on its relay: nobody used it for a long time, or the notebook it was " +
  "shared from has ended. This is what it last said.";
const DETACHED =
  "Not connected to a kernel: this is what the table showed last. Run the cell again to go live.";

export function bannerText(viewer: Viewer): BannerText | null {
  const { connection, link, document: shared } = viewer;
  const plain = (kind: BannerText["kind"], text: string) => ({ kind, text, action: null });
  if (connection === "gone") return plain("error", GONE);
  if (connection === "closed") return plain("info", "This view was closed in the notebook.");
  if (connection === "detached") return plain("warning", DETACHED);
  if (connection === "stale") {
    const since = link?.since ? ` at ${clock(link.since)}` : "";
    return plain("warning", `${STALE}${since}.`);
  }
  if (link?.message) return plain("warning", sentence(link.message.message));
  if (!viewer.following && shared) {
    const text = `You look around on your own. Everyone is on page ${count(shared.view.page)}.`;
    return { kind: "info", text, action: "return" };
  }
  const problem = shared?.table?.problem;
  if (shared?.table?.status === "incomplete") {
    return plain(
      "warning",
      `This table is incomplete: ${problem?.message ?? "the file ended early"}`,
    );
  }
  return null;
}

export class Notices {
  readonly element: HTMLElement;
  readonly #viewer: Viewer;
  readonly #text = h("span");
  readonly #return: HTMLButtonElement;
  readonly #banner: HTMLElement;
  readonly #toastText = h("span", { dir: "auto" });
  readonly #toast: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    const back = () => viewer.follow(true);
    this.#return = button("Return", { kind: "small", onclick: back });
    this.#banner = h("div", { class: "tsv-banner" }, this.#text, this.#return);
    const hide = () => this.dismiss();
    const close = button("Dismiss", { icon: "close", bare: true, kind: "quiet", onclick: hide });
    this.#toast = h("div", { class: "tsv-toast", role: "alert" }, this.#toastText, close);
    this.element = h("div", { class: "tsv-notices" }, this.#banner);
    put(this.#toast, "hidden", true);
  }

  /** Where toasts appear; over the table, so that it does not move. */
  get toast(): HTMLElement {
    return this.#toast;
  }

  update(): void {
    const banner = bannerText(this.#viewer);
    put(this.#banner, "hidden", banner === null);
    if (banner === null) return;
    say(this.#text, banner.text);
    put(this.#banner, "data-kind", banner.kind);
    put(this.#return, "hidden", banner.action !== "return");
  }

  /** Tell what happened, for a while. */
  tell(message: string): void {
    say(this.#toastText, sentence(message));
    put(this.#toast, "hidden", false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dismiss(), TOAST_SECONDS * 1000);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    put(this.#toast, "hidden", true);
  }
}

// --- progress ---------------------------------------------------------------------------------

export interface ProgressText {
  /** From 0 to 1; null: nobody knows. */
  part: number | null;
  text: string;
}

/** The progress to show: one's own upload, or one that is coming in from somebody else. */
export function progressText(upload: Upload | null, table: TableState | null): ProgressText | null {
  if (upload) {
    const { name, sent, total, speed } = upload;
    if (sent >= total) return { part: null, text: `${name}: the relay is finishing…` };
    const pace = speed > 0 ? `, ${bytes(speed)}/s` : "";
    return { part: sent / total, text: `${name}: ${bytes(sent)} of ${bytes(total)}${pace}` };
  }
  if (table?.status !== "receiving") return null;
  const { name, bytes: got, total_bytes: total } = table;
  if (total === null) return { part: null, text: `${name} is coming in: ${bytes(got)} so far` };
  const part = total === 0 ? 1 : got / total;
  return { part, text: `${name} is coming in: ${bytes(got)} of ${bytes(total)}` };
}

export class Progress {
  readonly element: HTMLElement;
  readonly #text = h("span", { class: "tsv-progress-text", dir: "auto" });
  readonly #fill = h("div", { class: "tsv-progress-fill" });
  readonly #bar: HTMLElement;
  readonly #cancel: HTMLButtonElement;

  constructor(oncancel: () => void) {
    this.#bar = h("div", { class: "tsv-progress-bar", role: "progressbar" }, this.#fill);
    put(this.#bar, "aria-label", "Upload");
    this.#cancel = button("Cancel", { kind: "small", onclick: oncancel });
    const line = h("div", { class: "tsv-progress-line" }, this.#text, this.#cancel);
    this.element = h("div", { class: "tsv-progress" }, line, this.#bar);
  }

  update(upload: Upload | null, table: TableState | null): void {
    const progress = progressText(upload, table);
    put(this.element, "hidden", progress === null);
    if (progress === null) return;
    const percent = progress.part === null ? null : Math.round(progress.part * 100);
    say(this.#text, progress.text);
    put(this.#cancel, "hidden", upload === null);
    put(this.#bar, "aria-valuenow", percent);
    put(this.#bar, "aria-valuetext", progress.text);
    put(this.#bar, "data-unknown", percent === null);
    this.#fill.style.width = percent === null ? "" : `${percent}%`;
  }
}
