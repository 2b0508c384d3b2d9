// Pointing: where editors point, shown for a moment and kept nowhere. Neither shared nor private: the
// newest spot of each person, on its way from one screen to the others.

import type { LinkState } from "../../link/model.ts";
import type { Pointing as PointingMessage } from "../../protocol/relay-messages.ts";
import type { Spot } from "../../protocol/state.ts";
import type { Point } from "../../protocol/viewer-messages.ts";
import { Switch } from "../../ui/browser-storage.ts";

/** Milliseconds that a spot is shown. */
const SHOWN_MS = 8000;
/** Milliseconds between two spots that are sent. */
const PACE_MS = 100;

export class Pointing {
  readonly #send: (point: Point) => void;
  readonly #onchange: () => void;
  readonly #switch = new Switch("tsvshare-points", true);
  readonly #spots = new Map<string, { spot: Spot; timer: ReturnType<typeof setTimeout> }>();
  #table = "";
  #next: Point | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** `onchange` is called when other spots are to be shown. */
  constructor(send: (point: Point) => void, onchange: () => void) {
    this.#send = send;
    this.#onchange = onchange;
  }

  /** Whether the others see where this viewer points, as far as it is for the viewer to say. */
  get on(): boolean {
    return this.#switch.on;
  }

  set(on: boolean): void {
    this.#switch.set(on);
    this.#onchange();
  }

  /** Where others point in a table. */
  spotsIn(table: string): Spot[] {
    return table === this.#table ? [...this.#spots.values()].map(({ spot }) => spot) : [];
  }

  /** Take in where others point; `mine` is how they know this viewer. */
  receive({ table, spots }: PointingMessage, mine: string | undefined): void {
    for (const spot of spots) if (spot.by !== mine) this.show(table, spot);
  }

  /** Show a spot for a moment. */
  show(table: string, spot: Spot): void {
    if (table !== this.#table) this.#forget();
    this.#table = table;
    clearTimeout(this.#spots.get(spot.by)?.timer);
    const timer = setTimeout(() => this.#end(spot.by), SHOWN_MS);
    this.#spots.delete(spot.by);
    this.#spots.set(spot.by, { spot, timer });
    this.#onchange();
  }

  /** Let the others see a spot, if they may: the newest one, not too many a second. */
  point(link: LinkState | null, table: string, row: number, column: number | null): void {
    if (!this.on || unseenBy(link) !== null) return;
    this.#next = { type: "point", table, row, column };
    if (this.#pause === undefined) this.#sendNext();
  }

  close(): void {
    clearTimeout(this.#pause);
    this.#next = null;
    this.#forget();
  }

  #sendNext(): void {
    const point = this.#next;
    this.#next = null;
    this.#pause = undefined;
    if (point === null) return;
    this.#send(point);
    this.#pause = setTimeout(() => this.#sendNext(), PACE_MS);
  }

  #end(by: string): void {
    this.#spots.delete(by);
    this.#onchange();
  }

  #forget(): void {
    for (const { timer } of this.#spots.values()) clearTimeout(timer);
    this.#spots.clear();
  }
}

/** Why nobody sees where this viewer points; null if the others do. */
export function unseenBy(link: LinkState | null): "looks" | "alone" | "many" | "old" | null {
  const most = link?.limits?.pointing;
  if (link?.status !== "live" || most === undefined) return "old";
  if (link.role !== "edit") return "looks";
  if (link.viewers < 2) return "alone";
  return link.viewers > most ? "many" : null;
}
