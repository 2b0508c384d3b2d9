// The progress of an upload: one's own, or one that is coming in from somebody else.

import type { TableState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { Patience } from "../ui/pace.ts";
import type { Upload } from "../view/files/uploads.ts";
import { bytes } from "../words/format.ts";

/** Milliseconds before it is said that a table comes: most are there by then, and nothing is to jump. */
const LATER_MS = 300;

export interface UploadProgressText {
  /** From 0 to 1; null: nobody knows. */
  part: number | null;
  text: string;
}

/** The progress to show: one's own upload, or one that is coming in from somebody else. */
export function uploadProgressText(
  upload: Upload | null,
  table: TableState | null,
): UploadProgressText | null {
  if (upload) {
    const { name, sent, total } = upload;
    if (sent >= total) return { part: null, text: fill(texts.relayFinishing, { name }) };
    const text = fill(texts.uploading, {
      name,
      sent: bytes(sent),
      total: bytes(total),
      pace: pace(upload),
    });
    return { part: sent / total, text };
  }
  if (table?.status !== "receiving") return null;
  const { name, bytes: got, total_bytes: total } = table;
  if (total === null)
    return { part: null, text: fill(texts.comingSoFar, { name, got: bytes(got) }) };
  const part = total === 0 ? 1 : got / total;
  return { part, text: fill(texts.comingOf, { name, got: bytes(got), total: bytes(total) }) };
}

/** How fast an upload is, and how long it will take. */
function pace({ sent, total, speed }: Upload): string {
  if (speed <= 0) return "";
  return fill(texts.paceWords, { speed: bytes(speed), left: duration((total - sent) / speed) });
}

/** A time as people say it: "8 seconds", "3 minutes". */
export function duration(seconds: number): string {
  if (seconds < 90) return fill(texts.seconds, { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return fill(texts.minutes, { n: Math.round(seconds / 60) });
  return fill(texts.hours, { n: Math.round(seconds / 3600) });
}

export class UploadProgress {
  readonly element: HTMLElement;
  readonly #text = h("span", { class: "tsv-progress-text", dir: "auto" });
  readonly #fill = h("div", { class: "tsv-progress-fill" });
  readonly #bar: HTMLElement;
  readonly #cancel: HTMLButtonElement;
  readonly #patience = new Patience((shown) => setAttr(this.element, "hidden", !shown), LATER_MS);

  constructor(oncancel: () => void) {
    this.#bar = h("div", { class: "tsv-progress-bar", role: "progressbar" }, this.#fill);
    setAttr(this.#bar, "aria-label", texts.upload);
    this.#cancel = button(texts.cancel, { kind: "small", onclick: oncancel });
    const line = h("div", { class: "tsv-progress-line" }, this.#text, this.#cancel);
    this.element = h("div", { class: "tsv-progress", hidden: true }, line, this.#bar);
  }

  update(upload: Upload | null, table: TableState | null): void {
    const progress = uploadProgressText(upload, table);
    if (upload === null && progress !== null) this.#patience.showLater();
    else this.#patience.show(progress !== null);
    if (progress === null) return;
    const percent = progress.part === null ? null : Math.round(progress.part * 100);
    setText(this.#text, progress.text);
    setAttr(this.#cancel, "hidden", upload === null);
    setAttr(this.#bar, "aria-valuenow", percent);
    setAttr(this.#bar, "aria-valuetext", progress.text);
    setAttr(this.#bar, "data-unknown", percent === null);
    this.#fill.style.width = percent === null ? "" : `${percent}%`;
  }
}
