// Carriers of uploads: the ways by which a file gets to the relay. A plain page and a notebook whose
// browser reaches the relay send it over HTTP; another way, such as through a kernel, is another
// implementation of UploadCarrier.

import { decodeRefusal, NOT_THE_RELAYS } from "../protocol/codec.ts";
import { TSVShareError } from "../protocol/errors.ts";

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

/** Uploads by PUT from this browser. An XMLHttpRequest, because fetch has no progress of uploads. */
export const httpCarrier: UploadCarrier = {
  uploadFile: (file, { base, uuid, key }, { onprogress, signal }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.upload.onprogress = (event) => onprogress(event.loaded);
      request.onload = () => {
        if (request.status < 300) resolve();
        else reject(refusedUpload(file.name, request.status, request.responseText));
      };
      request.onerror = () => reject(new TSVShareError("unavailable", unreachable(base)));
      request.onabort = () => reject(new TSVShareError("cancelled", "the upload was cancelled"));
      request.open("PUT", `${base}/d/${uuid}/table?name=${encodeURIComponent(file.name)}`);
      if (key !== null) request.setRequestHeader("X-TSVShare-Key", key);
      signal.addEventListener("abort", () => request.abort());
      request.send(file);
    }),
};

const PROXY_LIMIT =
  "a proxy between this browser and the relay does not let through a file of this size (HTTP 413). " +
  "Its administrator can raise the limit (client_max_body_size in nginx); or send the file past it, " +
  "with tsvshare push FILE LINK on a computer that reaches the relay, or w.upload(...) in a notebook.";

/** The error for an upload that the relay, or a proxy before it, answered with an HTTP error. */
export function refusedUpload(name: string, status: number, body: string): TSVShareError {
  const { code, message } = decodeRefusal(status, body);
  const byProxy = status === 413 && code === NOT_THE_RELAYS;
  if (byProxy) return new TSVShareError("too_large", `${name} was refused: ${PROXY_LIMIT}`);
  return new TSVShareError(code, `The upload of ${name} was refused: ${message}`);
}

function unreachable(base: string): string {
  if (new URL(base, location.href).origin === location.origin) {
    return "The relay stopped listening before the file was through. Try again.";
  }
  return `This browser cannot reach the relay at ${base}. Use w.upload(...) in the notebook.`;
}
