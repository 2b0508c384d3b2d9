// What columns are like, for the pictures in their headers: of those in sight, of a sample at once
// and then of all rows; asked for in groups that all viewers have in common, one at a time.
// Browser-only. Knows no DOM.

import type { Profile, Query } from "../protocol/query.ts";
import type { DescriptionAnswer } from "../protocol/relay-messages.ts";

/** Columns that are asked for together. */
export const GROUP_COLUMNS = 16;
/** Groups that are kept. */
const KEPT_GROUPS = 100;
/** Milliseconds that nothing moves before all rows are looked at. */
const SETTLED_MS = 300;
/** The same while rows come in. */
const GROWN_MS = 1500;
/** A picture of fewer rows than this part of them is drawn anew while rows come. */
const STALE_PART = 0.9;

export interface Facts {
  profile: Profile;
  /** Of how many rows if it is of a sample; null: of all of them. */
  sampled: number | null;
  /** Of how many rows the view was. */
  of: number;
}

/** What the facts are of. */
export interface FactsView {
  /** The table and how it is read. */
  table: string;
  columns: number;
  query: Query;
  rows: number;
  /** Whether an upload is coming in. */
  growing: boolean;
}

export interface Describer {
  describe(columns: [number, number], query: Query, sample: boolean): Promise<DescriptionAnswer>;
}

interface Group {
  sample: Facts[] | null;
  exact: Facts[] | null;
  failed: boolean;
}

export class ColumnFacts {
  readonly #source: Describer;
  #view: FactsView | null = null;
  #key = "";
  #groups = new Map<number, Group>();
  /** Those of the rows before, until the new ones have come. */
  #before = new Map<number, Group>();
  #wanted: number[] = [];
  #sampling = false;
  #counting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  onchange: () => void = () => {};

  constructor(source: Describer) {
    this.#source = source;
  }

  /** What is known of a column; null: nothing yet. */
  get(column: number): Facts | null {
    const [group, place] = [Math.floor(column / GROUP_COLUMNS), column % GROUP_COLUMNS];
    const known = this.#groups.get(group);
    const found = known?.exact ?? known?.sample ?? null;
    if (found) return found[place] ?? null;
    const before = this.#before.get(group);
    return (before?.exact ?? before?.sample)?.[place] ?? null;
  }

  /** Whether what is known of a column is of the rows before. */
  isOld(column: number): boolean {
    const known = this.#groups.get(Math.floor(column / GROUP_COLUMNS));
    return !known?.exact && !known?.sample;
  }

  /** These rows are shown now. */
  show(view: FactsView | null): void {
    const key = view ? JSON.stringify([view.table, view.query]) : "";
    const grown = view?.rows !== this.#view?.rows;
    if (key !== this.#key) {
      this.#before = view?.table === this.#view?.table ? this.#groups : new Map();
      this.#groups = new Map();
      this.#key = key;
    }
    const settled = key === this.#key && !grown && view?.growing === this.#view?.growing;
    this.#view = view;
    if (!settled) this.#work(grown ? GROWN_MS : SETTLED_MS);
  }

  /** These columns are in sight. */
  want(columns: Iterable<number>): void {
    const groups = [...new Set([...columns].map((each) => Math.floor(each / GROUP_COLUMNS)))];
    if (groups.join() === this.#wanted.join()) return;
    this.#wanted = groups;
    this.#work(SETTLED_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wanted = [];
    this.#view = null;
  }

  #work(after: number): void {
    void this.#sample();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#count(), after);
  }

  async #sample(): Promise<void> {
    if (this.#sampling) return;
    this.#sampling = true;
    for (;;) {
      const group = this.#wanted.find((each) => this.#lacksSample(each));
      if (group === undefined) break;
      await this.#fetch(group, true);
    }
    this.#sampling = false;
  }

  /** Look at all rows; not while the table comes in, when there are more in a moment. */
  async #count(): Promise<void> {
    if (this.#counting || this.#view?.growing) return;
    this.#counting = true;
    for (;;) {
      const group = this.#wanted.find((each) => this.#lacksExact(each));
      if (group === undefined) break;
      await this.#fetch(group, false);
    }
    this.#counting = false;
  }

  #lacksSample(group: number): boolean {
    const known = this.#groups.get(group);
    if (this.#view === null || known?.failed) return false;
    const facts = known?.exact ?? known?.sample;
    return !facts || (facts[0]?.of ?? 0) < STALE_PART * this.#view.rows;
  }

  #lacksExact(group: number): boolean {
    const known = this.#groups.get(group);
    if (this.#view === null || known?.failed) return false;
    return !known?.exact || (known.exact[0]?.of ?? 0) < this.#view.rows;
  }

  async #fetch(group: number, sample: boolean): Promise<void> {
    const [view, key] = [this.#view, this.#key];
    if (view === null) return;
    const start = group * GROUP_COLUMNS;
    const columns: [number, number] = [start, Math.min(start + GROUP_COLUMNS, view.columns)];
    const known = this.#groups.get(group) ?? { sample: null, exact: null, failed: false };
    try {
      const answer = await this.#source.describe(columns, view.query, sample);
      if (this.#key !== key) return;
      const of = view.rows;
      const { sampled = null, profiles } = answer;
      const some = sampled !== null && sampled < of ? sampled : null;
      const facts = profiles.map((profile) => ({ profile, sampled: some, of }));
      if (some === null) known.exact = facts;
      else {
        known.sample = facts;
        // That of fewer rows is no better any more.
        known.exact = null;
      }
    } catch {
      // A picture is not worth a word; it is tried again for other rows.
      if (this.#key !== key) return;
      known.failed = true;
    }
    this.#keep(group, known);
    this.onchange();
  }

  #keep(group: number, known: Group): void {
    this.#groups.delete(group);
    this.#groups.set(group, known);
    for (const old of this.#groups.keys()) {
      if (this.#groups.size <= KEPT_GROUPS) break;
      this.#groups.delete(old);
    }
  }
}
