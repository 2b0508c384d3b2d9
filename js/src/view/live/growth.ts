// Growth: whether a table is growing, how fast, and how many rows came that this screen has not been
// at the end to see. Browser-only: samples of the last seconds. A timer only while rows come.

import type { TableState, ViewState } from "../../protocol/state.ts";

/** Milliseconds without a new row after which a table is not growing any more. */
const QUIET_MS = 5000;
/** Milliseconds over which the rate is taken, and the fewest that say anything. */
const RATE_MS = 10_000;
const SHORTEST_MS = 400;

export class Growth {
  readonly #onquiet: () => void;
  readonly #now: () => number;
  #samples: [time: number, rows: number][] = [];
  #table = "";
  #view = "";
  #rows = 0;
  #seen = 0;
  #total = 0;
  #ever = false;
  /** Whether the table was a file on its way when it was looked at last. */
  #coming = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onquiet` is called when a table has stopped growing. */
  constructor(onquiet: () => void, now: () => number = () => performance.now()) {
    this.#onquiet = onquiet;
    this.#now = now;
  }

  /** Take in what is shown now: the table, and this screen's view of it. */
  observe(table: TableState | null, view: ViewState | null): void {
    if (table === null || view === null) {
      this.#startOver("", 0);
      return;
    }
    const same = table.id === this.#table;
    // Of a file on its way in all rows are new, with its end the last ones, and its progress is
    // shown elsewhere.
    const coming = isUploaded(table);
    const uploaded = coming || (same && this.#coming && table.status !== "receiving");
    this.#coming = coming;
    if (!same) this.#startOver(table.id, table.rows);
    else if (table.rows > this.#rows && !uploaded) this.#grew(table.rows);
    this.#rows = table.rows;
    this.#see(view, !same || uploaded);
  }

  /** Whether rows came a moment ago. */
  get growing(): boolean {
    return this.#samples.length > 0;
  }

  /** Whether the table has ever grown while this screen showed it. */
  get ever(): boolean {
    return this.#ever;
  }

  /** Rows a second, lately; null if that cannot be said. */
  get rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last[0] - first[0] < SHORTEST_MS) return null;
    return (1000 * (last[1] - first[1])) / (last[0] - first[0]);
  }

  /** Rows of the view that came since this screen was at its end. */
  get unseen(): number {
    return this.#ever ? this.#total - this.#seen : 0;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #startOver(table: string, rows: number): void {
    this.#table = table;
    this.#rows = rows;
    this.#ever = false;
    this.#view = "";
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#samples = [];
  }

  #grew(rows: number): void {
    const now = this.#now();
    this.#ever = true;
    this.#samples.push([now, rows]);
    while ((this.#samples[1]?.[0] ?? now) < now - RATE_MS) this.#samples.shift();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#rest();
      this.#onquiet();
    }, QUIET_MS);
  }

  #see({ query, n_rows, page, n_pages }: ViewState, all: boolean): void {
    const asked = JSON.stringify(query);
    if (all || asked !== this.#view || page === n_pages || n_rows < this.#seen) this.#seen = n_rows;
    this.#view = asked;
    this.#total = n_rows;
  }
}

const isUploaded = ({ status, total_bytes }: TableState): boolean =>
  status === "receiving" && total_bytes !== null;
