// Carriers of uploads: the ways by which a file gets to the relay. A plain page and a notebook whose
// browser reaches the relay send it over HTTP, other notebooks through their kernel.

import { decodeRefusal, NOT_THE_RELAYS } from "../protocol/codec.ts";
import { TSVShareError } from "../protocol/errors.ts";
import { fill, texts } from "../texts/texts.ts";
import type { Requests } from "./requests.ts";

/** The document that a file is uploaded to. */
export interface UploadTarget {
  /** The relay's base URL, without a slash at its end. */
  base: string;
  uuid: string;
  /** The key that allows uploads; null: the document is open to everyone. */
  key: string | null;
}

/** How an upload is watched and stopped. */
export interface UploadOptions {
  /** Called with how many bytes have been sent. */
  onprogress(sentBytes: number): void;
  /** Aborted when the upload is cancelled. */
  signal: AbortSignal;
}

export interface UploadCarrier {
  /**
   * Upload a file; settles when the relay has all of it. Rejected with a TSVShareError that says
   * why the relay refused it or could not be reached, or with code "cancelled".
   */
  uploadFile(file: File, target: UploadTarget, options: UploadOptions): Promise<void>;
}

/** A way by which a file gets to the relay in parts; the upload is the relay's, whichever the way. */
export interface PartedWay {
  /** Begin an upload; its id. */
  begin(file: File, target: UploadTarget): Promise<string>;
  /** Send bytes from an offset on, as many as this way takes at a time; how many have come. */
  send(
    upload: string,
    offset: number,
    file: File,
    to: UploadTarget,
    watch: UploadOptions,
  ): Promise<number>;
  /** How many bytes have come. */
  offset(upload: string, target: UploadTarget): Promise<number>;
  /** Cancel an upload. */
  end(upload: string, target: UploadTarget): Promise<void>;
}

const PAUSES_MS = [300, 1000, 3000, 8000, 15_000];
/** What another try, or another way, may cure... */
const PASSING = new Set(["unavailable", "timed_out", "stale"]);
/** ...and what only another way may: the kernel has a login where this browser has none. */
const LOGIN = "login_needed";

/**
 * Uploads by the first of `ways` that is open, which are asked for anew before each try: what breaks
 * off goes on from where it was, by another of them if there is one.
 */
export const partedCarrier = (
  ways: () => readonly PartedWay[],
  pause: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): UploadCarrier => ({
  async uploadFile(file, target, watch) {
    const { signal, onprogress } = watch;
    let upload: string | null = null;
    let offset: number | null = 0;
    let failures = 0;
    let turn = 0; // the way that works is stayed with
    const way = (): PartedWay => {
      const open = ways();
      return open[turn % open.length] as PartedWay;
    };
    signal.addEventListener("abort", () => {
      if (upload !== null)
        void way()
          .end(upload, target)
          .catch(() => {});
    });
    for (;;) {
      try {
        if (signal.aborted) throw new TSVShareError("cancelled", texts.uploadCancelled);
        upload ??= await way().begin(file, target);
        offset ??= await way().offset(upload, target);
        const before: number = offset;
        offset = await way().send(upload, before, file, target, watch);
        onprogress(offset);
        if (offset >= file.size) return;
        if (offset > before) failures = 0;
      } catch (error) {
        const { code } = error as TSVShareError;
        const wait = PAUSES_MS[failures++];
        const passes = PASSING.has(code) || (code === LOGIN && failures <= ways().length - 1);
        if (signal.aborted || !passes || wait === undefined) throw error;
        turn++;
        if (upload !== null) offset = null;
        if (failures >= ways().length) await pause(wait);
      }
    }
  },
});

/** Straight to the relay. An XMLHttpRequest, because fetch has no progress of uploads. */
export const httpWay: PartedWay = {
  async begin(file, target) {
    const query = `?name=${encodeURIComponent(file.name)}`;
    const made = await ask(file.name, "POST", target, query, { "Upload-Length": `${file.size}` });
    return (made.getResponseHeader("Location") ?? "").split("/").at(-1) ?? "";
  },
  async send(upload, offset, file, target, watch) {
    const headers = {
      "Upload-Offset": `${offset}`,
      "Content-Type": "application/offset+octet-stream",
    };
    const rest = file.slice(offset);
    const onprogress = (sent: number) => watch.onprogress(offset + sent);
    const said = { ...watch, onprogress, body: rest };
    return offsetOf(await ask(file.name, "PATCH", target, `/${upload}`, headers, said));
  },
  offset: async (upload, target) => offsetOf(await ask("", "HEAD", target, `/${upload}`)),
  end: async (upload, target) => void (await ask("", "DELETE", target, `/${upload}`)),
};

const offsetOf = (answer: XMLHttpRequest): number =>
  Number(answer.getResponseHeader("Upload-Offset"));

function ask(
  name: string,
  method: string,
  { base, uuid, key }: UploadTarget,
  path: string,
  headers: Record<string, string> = {},
  options: Partial<UploadOptions> & { body?: Blob } = {},
): Promise<XMLHttpRequest> {
  const { body, onprogress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => onprogress?.(event.loaded);
    request.onload = () => {
      if (request.status < 300) resolve(request);
      else reject(refusedUpload(name, request.status, request.responseText));
    };
    request.onerror = () => reject(new TSVShareError("unavailable", unreachable(base)));
    request.onabort = () => reject(new TSVShareError("cancelled", texts.uploadCancelled));
    request.open(method, `${base}/d/${uuid}/uploads${path}`);
    const all = { "Tus-Resumable": "1.0.0", ...headers };
    for (const [header, value] of Object.entries(all)) request.setRequestHeader(header, value);
    if (key !== null) request.setRequestHeader("X-TSVShare-Key", key);
    signal?.addEventListener("abort", () => request.abort());
    request.send(body ?? null);
  });
}

/** Bytes of a part that goes through the kernel: servers of notebooks drop larger messages. */
const PART_BYTES = 1 << 20;

/** Through the kernel, for browsers that do not reach the relay. */
export const kernelWay = (requests: Pick<Requests, "upload">): PartedWay => ({
  async begin({ name, size }) {
    return (await requests.upload({ type: "upload", step: "begin", name, size })).upload;
  },
  async send(upload, offset, file) {
    const bytes = await file.slice(offset, offset + PART_BYTES).arrayBuffer();
    return (await requests.upload({ type: "upload", step: "part", upload, offset }, [bytes]))
      .offset;
  },
  async offset(upload) {
    return (await requests.upload({ type: "upload", step: "offset", upload })).offset;
  },
  async end(upload) {
    await requests.upload({ type: "upload", step: "end", upload });
  },
});

/** The error for an upload that the relay, or a proxy before it, answered with an HTTP error. */
export function refusedUpload(name: string, status: number, body: string): TSVShareError {
  const { code, message } = decodeRefusal(status, body);
  const byProxy = status === 413 && code === NOT_THE_RELAYS;
  if (code === NOT_THE_RELAYS && (status === 401 || status === 403))
    return new TSVShareError(LOGIN, fill(texts.uploadNeedsLogin, { name }));
  if (byProxy)
    return new TSVShareError(
      "too_large",
      fill(texts.uploadRefusedWhy, { name, why: texts.proxyLimit }),
    );
  return new TSVShareError(code, fill(texts.uploadOfRefused, { name, why: message }));
}

function unreachable(base: string): string {
  if (new URL(base, location.href).origin === location.origin) {
    return texts.relayStopped;
  }
  return fill(texts.relayOutOfReach, { base });
}
