// The links that a viewer can hand on; pure.

export interface Links {
  /** Turn pages and upload; null if this viewer has no more than the look-only link. */
  full: string | null;
  look: string | null;
}

/** The links a viewer can hand on. An open document (key null, may edit) has one for everything. */
export function linksOf(
  view_url: string | null,
  key: string | null | undefined,
  editor: boolean,
): Links {
  if (view_url === null) return { full: null, look: null };
  if (!editor || key === undefined) return { full: null, look: view_url };
  return key === null
    ? { full: view_url, look: null }
    : { full: `${view_url}#k=${key}`, look: view_url };
}
