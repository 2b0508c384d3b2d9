// The URL of a plain page: which relay, which document, with which key, at which view. Pure.
import { type LinkedView, readView } from "./view-link.ts";

export interface PageUrl {
  /** Base URL of the relay, without a slash at its end. */
  base: string;
  /** The document; null on the landing page. */
  uuid: string | null;
  key: string | null;
  /** The view that the link opens at. */
  view: LinkedView | null;
}

/** Read a page's URL: BASE/ is the landing page, BASE/d/UUID a document, `#k=KEY&view=VIEW` its key and a view. */
export function readPageUrl(url: string): PageUrl {
  const { origin, pathname, hash } = new URL(url);
  const found = /^(.*)\/d\/([^/]+)\/?$/.exec(pathname);
  const path = found?.[1] ?? pathname.replace(/\/[^/]*$/, "");
  const fragment = new URLSearchParams(hash.slice(1));
  const key = fragment.get("k") || null;
  return {
    base: origin + path,
    uuid: found?.[2] ?? null,
    key,
    view: readView(fragment.get("view")),
  };
}
