// The links that a viewer can hand on; pure.

export interface Links {
  /** Turn pages and upload; null if this viewer has no more than the look-only link. */
  full: string | null;
  /** Null where the look-only link is closed, or the full one is enough for everything. */
  look: string | null;
}

/** Who may look, and the key of the look-only link where that needs one. */
export interface Looking {
  look: "open" | "key" | "closed";
  key: string | null;
}

const OPEN: Looking = { look: "open", key: null };

/** The links a viewer can hand on. An open document (key null, may edit) has one for everything. */
export function linksOf(
  view_url: string | null,
  key: string | null | undefined,
  editor: boolean,
  looking: Looking = OPEN,
): Links {
  if (view_url === null) return { full: null, look: null };
  const look = lookLink(view_url, looking);
  if (!editor || key === undefined) return { full: null, look };
  return key === null ? { full: view_url, look: null } : { full: `${view_url}#k=${key}`, look };
}

function lookLink(view_url: string, { look, key }: Looking): string | null {
  if (look === "open") return view_url;
  return look === "key" && key !== null ? `${view_url}#k=${key}` : null;
}
