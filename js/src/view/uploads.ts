// Sending a file to the relay: one at a time, with progress. Browser-only; what everyone sees of
// it comes back with the shared state.

import type { LinkState } from "../link/model.ts";
import { TSVShareError } from "../protocol/messages.ts";
import { bytes, counted } from "../words/format.ts";
import type { Viewer } from "./viewer.ts";

export interface Upload {
  name: string;
  sent: number;
  total: number;
  /** Bytes a second, over the whole upload so far. */
  speed: number;
}

/** Why this viewer cannot upload a file now; null if nothing speaks against it. */
export function refuseUpload(
  link: LinkState | null,
  key: string | null | undefined,
  { name, size }: Pick<File, "name" | "size">,
): TSVShareError | null {
  if (!link?.base || !link.uuid || link.status !== "live") {
    return new TSVShareError(
      "unavailable",
      "There is no connection to the relay to upload through.",
    );
  }
  if (link.role !== "edit") {
    const message = "This is the look-only link: it can look, not upload. Ask for the full link.";
    return new TSVShareError("forbidden", message);
  }
  if (key === undefined) {
    const message = "The kernel is busy and has not said yet how to upload. Try again in a moment.";
    return new TSVShareError("unavailable", message);
  }
  const limit = link.limits?.upload ?? Number.POSITIVE_INFINITY;
  if (size <= limit) return null;
  const message = `The file ${name} has ${bytes(size)}; the relay accepts up to ${bytes(limit)}.`;
  return new TSVShareError("too_large", message);
}

/** What a refusal of the relay says; it answers errors as {"error": {code, message}}. */
export function readRefusal(status: number, body: string): TSVShareError {
  try {
    const { code, message } = JSON.parse(body).error;
    return new TSVShareError(String(code), String(message));
  } catch {
    return new TSVShareError("upload_broken", `The upload was refused (HTTP ${status}).`);
  }
}

export interface Warning {
  title: string;
  text: string;
}

/** What to ask before a table is replaced that others look at; null if nobody else would notice. */
export function replaceWarning(viewer: Viewer, name: string): Warning | null {
  const { link, document: shared } = viewer;
  const others = (link?.viewers ?? 1) - 1;
  if (!shared?.table || others < 1) return null;
  const who = counted(others, "other person sees", "other people see");
  const text = `${who} ${shared.table.name} now and will see ${name} instead. You can undo it.`;
  return { title: "Replace the table for everyone?", text };
}

export class Uploader {
  readonly #viewer: Viewer;
  readonly #confirm: (warning: Warning) => Promise<boolean>;
  #request: XMLHttpRequest | null = null;
  #started = 0;
  current: Upload | null = null;
  onchange: () => void = () => {};

  /** `confirm` asks whoever uploads. */
  constructor(viewer: Viewer, confirm: (warning: Warning) => Promise<boolean>) {
    this.#viewer = viewer;
    this.#confirm = confirm;
  }

  /**
   * Send a file; what goes wrong is told by the viewer. A newer one takes the place of an older, and
   * the table that others look at is replaced only if that is confirmed.
   */
  async start(file: File): Promise<void> {
    if (this.#refuse(file)) return;
    const warning = replaceWarning(this.#viewer, file.name);
    if (warning !== null && !(await this.#confirm(warning))) return;
    // The connection may have been lost over the question.
    if (this.#refuse(file)) return;
    const { link, liveness } = this.#viewer;
    this.cancel();
    this.#started = performance.now();
    this.current = { name: file.name, sent: 0, total: file.size, speed: 0 };
    this.#send(file, link as LinkState, liveness.key ?? null);
    this.onchange();
  }

  #refuse(file: File): boolean {
    const { link, liveness } = this.#viewer;
    const refusal = refuseUpload(link, liveness.key, file);
    if (refusal) this.#viewer.notify(refusal);
    return refusal !== null;
  }

  cancel(): void {
    this.#request?.abort();
    this.#end();
  }

  #send(file: File, link: LinkState, key: string | null): void {
    const request = new XMLHttpRequest();
    this.#request = request;
    request.upload.onprogress = (event) => this.#progress(event.loaded);
    request.onload = () => {
      this.#end();
      if (request.status >= 300) {
        const { code, message } = readRefusal(request.status, request.responseText);
        const text = `The upload of ${file.name} was refused: ${message}`;
        this.#viewer.notify(new TSVShareError(code, text));
      }
    };
    request.onerror = () => {
      this.#end();
      this.#viewer.notify(new TSVShareError("unavailable", unreachable(link.base ?? "")));
    };
    request.open("PUT", `${link.base}/d/${link.uuid}/table?name=${encodeURIComponent(file.name)}`);
    if (key !== null) request.setRequestHeader("X-TSVShare-Key", key);
    request.send(file);
  }

  #progress(sent: number): void {
    if (this.current === null) return;
    const seconds = (performance.now() - this.#started) / 1000;
    this.current = { ...this.current, sent, speed: seconds > 0.2 ? sent / seconds : 0 };
    this.onchange();
  }

  #end(): void {
    this.#request = null;
    this.current = null;
    this.onchange();
  }
}

function unreachable(base: string): string {
  if (new URL(base, location.href).origin === location.origin) {
    return "The relay stopped listening before the file was through. Try again.";
  }
  return (
    `This browser cannot reach the relay at ${base}. ` +
    "Open the share link instead, or use w.upload(...) in the notebook."
  );
}
