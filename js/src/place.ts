// Where a plain page is: which relay, which document, with which key. Pure.

export interface Place {
  /** Base URL of the relay, without a slash at its end. */
  base: string;
  /** The document; null on the landing page. */
  uuid: string | null;
  key: string | null;
}

/** Read a page's URL: BASE/ is the landing page, BASE/d/UUID a document, `#k=KEY` its key. */
export function readPlace(url: string): Place {
  const { origin, pathname, hash } = new URL(url);
  const found = /^(.*)\/d\/([^/]+)\/?$/.exec(pathname);
  const path = found?.[1] ?? pathname.replace(/\/[^/]*$/, "");
  const key = new URLSearchParams(hash.slice(1)).get("k");
  return { base: origin + path, uuid: found?.[2] ?? null, key: key || null };
}
