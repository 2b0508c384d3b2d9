// Uploads of this viewer: one at a time, with progress. Browser-only; what everyone sees of an
// upload comes back with the shared state.

import type { LinkState } from "../../link/model.ts";
import type { UploadCarrier, UploadTarget } from "../../link/upload-carriers.ts";
import { TSVShareError } from "../../protocol/errors.ts";
import { fill, texts } from "../../texts/texts.ts";
import { bytes } from "../../words/format.ts";
import type { Viewer } from "../viewer.ts";

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
    return new TSVShareError("unavailable", texts.noUploadConnection);
  }
  if (link.role !== "edit") {
    const message = texts.lookNotUpload;
    return new TSVShareError("forbidden", message);
  }
  if (key === undefined) {
    const message = texts.kernelBusyUpload;
    return new TSVShareError("unavailable", message);
  }
  const limit = link.limits?.upload ?? Number.POSITIVE_INFINITY;
  if (size <= limit) return null;
  const message = fill(texts.tooLarge, { name, size: bytes(size), limit: bytes(limit) });
  return new TSVShareError("too_large", message);
}

/** An upload of this viewer that somebody else's took the place of. */
export interface Overtaken {
  file: File;
  /** The table that is shown instead. */
  by: string | null;
}

export interface Warning {
  title: string;
  text: string;
}

const HEAD_BYTES = 1024;
const WEB_PAGE =
  /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body|meta|script)\b/i;

/** What a file is that is hardly meant to be shown as a table; null if it may be one. */
export async function whatItIsInstead(file: Blob): Promise<string | null> {
  if (file.size === 0) return texts.isEmptyFile;
  // A file that cannot be read fails as it is sent, with a better reason.
  const head = await file
    .slice(0, HEAD_BYTES)
    .text()
    .catch(() => "");
  return WEB_PAGE.test(head) ? texts.isWebPage : null;
}

/**
 * The warning before a table is replaced that others look at, or that hardly anybody wants to see
 * replaced by such a file; null if neither is so. `instead` is what the file is, see above.
 */
export function replaceWarning(
  { link, document: shared }: Viewer,
  name: string,
  instead: string | null = null,
): Warning | null {
  const others = (link?.viewers ?? 1) - 1;
  if (!shared?.table || (others < 1 && instead === null)) return null;
  const seen = fill(texts.othersSee, { n: others, old: shared.table.name, new: name });
  const what = instead && `${name} ${instead}.`;
  const text = [what, others > 0 && seen, texts.canUndo].filter(Boolean).join(" ");
  return { title: others > 0 ? texts.replaceForEveryone : texts.replaceTitle, text };
}

export class Uploader {
  readonly #viewer: Viewer;
  readonly #confirm: (warning: Warning) => Promise<boolean>;
  readonly #carrier: UploadCarrier;
  #abort: AbortController | null = null;
  #startedMs = 0;
  current: Upload | null = null;
  /** The upload that was overtaken, until it is tried again or forgotten. */
  overtaken: Overtaken | null = null;
  onchange: () => void = () => {};

  /** `confirm` asks whoever uploads; `carrier` is the way the file goes. */
  constructor(
    viewer: Viewer,
    confirm: (warning: Warning) => Promise<boolean>,
    carrier: UploadCarrier,
  ) {
    this.#viewer = viewer;
    this.#confirm = confirm;
    this.#carrier = carrier;
  }

  /**
   * Upload a file; the viewer reports what goes wrong. A newer one takes the place of an older, and
   * the table that others look at is replaced only if that is confirmed, or `asked` already.
   */
  async start(file: File, { asked = false } = {}): Promise<void> {
    if (this.#refuse(file)) return;
    const shown = asked ? null : this.#viewer.document?.table;
    const instead = shown ? await whatItIsInstead(file) : null;
    const warning = asked ? null : replaceWarning(this.#viewer, file.name, instead);
    if (warning !== null && !(await this.#confirm(warning))) return;
    // The connection may have been lost while the confirmation stood there.
    if (this.#refuse(file)) return;
    this.cancel();
    this.overtaken = null;
    await this.#upload(file);
  }

  /** Upload again what was overtaken. */
  async startAgain(): Promise<void> {
    if (this.overtaken) await this.start(this.overtaken.file);
  }

  /** Leave what was overtaken. */
  forget(): void {
    this.overtaken = null;
    this.onchange();
  }

  #refuse(file: File): boolean {
    const { link, liveness } = this.#viewer;
    const refusal = refuseUpload(link, liveness.key, file);
    if (refusal) this.#viewer.reportError(refusal);
    return refusal !== null;
  }

  cancel(): void {
    this.#abort?.abort();
    this.#end();
  }

  async #upload(file: File): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#startedMs = performance.now();
    this.current = { name: file.name, sent: 0, total: file.size, speed: 0 };
    this.onchange();
    const shown = this.#viewer.document?.table?.id;
    const mine = () => this.#abort === abort;
    const onprogress = (sentBytes: number) => mine() && this.#progress(sentBytes);
    try {
      await this.#carrier.uploadFile(file, this.#target, { onprogress, signal: abort.signal });
    } catch (error) {
      if (mine()) this.#failed(file, shown, error as Error);
    }
    if (mine()) this.#end();
  }

  /** A relay that stops reading may be heard as one that is gone: then what is shown tells. */
  #failed(file: File, shown: string | undefined, error: Error): void {
    const table = this.#viewer.document?.table;
    const { code } = error as TSVShareError;
    const other = table?.id !== shown && table?.name !== file.name;
    if (code === "superseded" || (code === "unavailable" && other)) {
      this.overtaken = { file, by: table?.name ?? null };
    } else this.#viewer.reportError(error);
  }

  get #target(): UploadTarget {
    const { link, liveness } = this.#viewer;
    return { base: link?.base ?? "", uuid: link?.uuid ?? "", key: liveness.key ?? null };
  }

  #progress(sent: number): void {
    if (this.current === null) return;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    this.current = { ...this.current, sent, speed: seconds > 0.2 ? sent / seconds : 0 };
    this.onchange();
  }

  #end(): void {
    this.#abort = null;
    this.current = null;
    this.onchange();
  }
}
