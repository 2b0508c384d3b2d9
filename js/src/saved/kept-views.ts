// The saved views that this browser keeps for itself, by document.

import type { SavedView } from "../protocol/query.ts";
import { type StoredText, storedText } from "../ui/browser-storage.ts";

/** Documents whose views are kept, and views of one. */
const MOST_DOCUMENTS = 50;
const MOST_VIEWS = 50;

export class KeptViews {
  readonly #uuid: () => string | null | undefined;
  readonly #stored: StoredText;

  constructor(
    uuid: () => string | null | undefined,
    stored: StoredText = storedText("tsvshare-views"),
  ) {
    this.#uuid = uuid;
    this.#stored = stored;
  }

  /** The views of this document, the oldest first. */
  get all(): SavedView[] {
    const kept = this.#documents()[this.#uuid() ?? ""];
    return Array.isArray(kept) ? kept.flatMap(readSaved) : [];
  }

  /** Keep a view, in place of the one with its id if there is that; whether there is room for it. */
  save(view: SavedView): boolean {
    const { all } = this;
    const known = all.some(({ id }) => id === view.id);
    if (!known && all.length >= MOST_VIEWS) return false;
    this.#keep(known ? all.map((one) => (one.id === view.id ? view : one)) : [...all, view]);
    return true;
  }

  delete(id: string): void {
    this.#keep(this.all.filter((view) => view.id !== id));
  }

  #keep(views: SavedView[]): void {
    const uuid = this.#uuid();
    if (!uuid) return;
    const { [uuid]: _, ...others } = this.#documents();
    const kept = Object.entries(others).slice(1 - MOST_DOCUMENTS);
    if (views.length > 0) kept.push([uuid, views]);
    this.#stored.set(kept.length > 0 ? JSON.stringify(Object.fromEntries(kept)) : null);
  }

  #documents(): Record<string, unknown> {
    try {
      return Object(JSON.parse(this.#stored.get() ?? "{}"));
    } catch {
      return {}; // not written by this page
    }
  }
}

/** A view as it was kept; nothing of what cannot be one. */
function readSaved(written: unknown): SavedView[] {
  const { id, name, query, names } = Object(written);
  const right = typeof id === "string" && typeof name === "string" && Array.isArray(names);
  if (!right || typeof query !== "object" || query === null) return [];
  return [{ id, name, query, names }];
}
