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

/** What mail programs and people leave behind a link. */
const BEHIND = /[\s.,;:!?()[\]{}<>'"«»“”‘’]+$/;
const clean = (text: string): string => text.replace(BEHIND, "");

/** A URL as it was meant: a fragment that was taken for a part of the path is one again. */
function mend(url: string): URL {
  const [before = "", ...rest] = url.split("#");
  const [path = "", ...lost] = before.split(/%23/i);
  const fragment = [...lost, ...rest].join("#").replaceAll("&amp;", "&");
  const { origin, pathname, search } = new URL(path);
  return new URL(`${origin}${decodeTail(pathname)}${search}#${fragment}`);
}

/** A path without what stands behind the link, which browsers encode there. */
function decodeTail(pathname: string): string {
  const path = clean(pathname);
  const tail = /(?:%[0-9a-f]{2})+$/i.exec(path)?.[0] ?? "";
  try {
    return clean(decodeURIComponent(tail)) === ""
      ? clean(path.slice(0, path.length - tail.length))
      : path;
  } catch {
    return path;
  }
}

/** Read a page's URL: BASE/ is the landing page, BASE/d/UUID a document, `#k=KEY&view=VIEW` its key and a view. */
export function readPageUrl(url: string): PageUrl {
  const { origin, pathname, hash } = mend(url);
  const found = /^(.*)\/d\/([^/]+)\/?$/.exec(pathname);
  const path = found?.[1] ?? pathname.replace(/\/[^/]*$/, "");
  const fragment = new URLSearchParams(hash.slice(1));
  const key = clean(fragment.get("k") ?? "") || null;
  return {
    base: origin + path,
    uuid: found?.[2] ?? null,
    key,
    view: readView(fragment.get("view")?.replace(/[^}]+$/, "") ?? null),
  };
}
