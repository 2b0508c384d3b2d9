// The tables that this browser made or visited on this relay, with their keys: kept in the browser
// alone, so that who loses a link has not lost the table, until they are forgotten.

import { type StoredText, storedText } from "../ui/browser-storage.ts";
import type { Viewer } from "../view/viewer.ts";

export interface RecentTable {
  uuid: string;
  key: string | null;
  name: string;
  /** When it was visited last, in milliseconds of the epoch. */
  at: number;
}

const MOST = 20;

const isRecent = (entry: unknown): entry is RecentTable => {
  const { uuid, key, name, at } = Object(entry);
  const texts = [uuid, name].every((text) => typeof text === "string");
  return texts && (key === null || typeof key === "string") && typeof at === "number";
};

export class RecentTables {
  readonly #kept: StoredText;

  /** `base`: of the relay; several may have one origin. */
  constructor(base: string, kept = storedText(`tsvshare-recent ${base}`)) {
    this.#kept = kept;
  }

  /** The newest first. */
  get list(): RecentTable[] {
    try {
      const kept: unknown = JSON.parse(this.#kept.get() ?? "[]");
      return Array.isArray(kept) ? kept.filter(isRecent).slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  /** Keep a table; a key that is known is kept where the link that was opened has none. */
  add(table: RecentTable): void {
    const known = this.list.find(({ uuid }) => uuid === table.uuid);
    const key = table.key ?? known?.key ?? null;
    this.#save([{ ...table, key }, ...this.#without(table.uuid)]);
  }

  forget(uuid: string): void {
    this.#save(this.#without(uuid));
  }

  forgetAll(): void {
    this.#kept.set(null);
  }

  #without(uuid: string): RecentTable[] {
    return this.list.filter((entry) => entry.uuid !== uuid);
  }

  #save(list: RecentTable[]): void {
    this.#kept.set(list.length > 0 ? JSON.stringify(list.slice(0, MOST)) : null);
  }
}

/** Keeps the table of a page among the recent ones, and forgets it once it is no more. */
export class Visit {
  readonly #viewer: Viewer;
  #known = "";

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  update(): void {
    const { link, liveness, document: shared, connection } = this.#viewer;
    if (!link?.base || !link.uuid) return;
    const recent = new RecentTables(link.base);
    if (connection === "gone") recent.forget(link.uuid);
    if (connection !== "live" || !shared?.table) return;
    const { name } = shared.table;
    const key = link.role === "edit" ? (liveness.key ?? null) : null;
    const known = JSON.stringify([key, name]);
    if (known === this.#known) return;
    this.#known = known;
    recent.add({ uuid: link.uuid, key, name, at: Date.now() });
  }
}
