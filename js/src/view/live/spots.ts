// Where this screen is to go: where the link leads, where an editor brings everyone, where somebody
// who is followed points.

import type { LinkState } from "../../link/model.ts";
import type { Requests } from "../../link/requests.ts";
import type { Pointing as PointingMessage } from "../../protocol/relay-messages.ts";
import type { Person, Snapshot } from "../../protocol/state.ts";
import { Pointing } from "./pointing.ts";

/** A row by its id, and a column. */
export type Spot = [row: number, column: number | null];

export class Spots {
  /** Where people point. */
  readonly pointing: Pointing;
  readonly #link: () => LinkState | null;
  readonly #changed: () => void;
  #spot: Spot | null = null;
  #followed: string | null = null;

  constructor(requests: Requests, link: () => LinkState | null, changed: () => void) {
    this.pointing = new Pointing((point) => requests.tell(point), changed);
    this.#link = link;
    this.#changed = changed;
  }

  /** The person whose page and pointing this screen follows; null: nobody's. */
  get followed(): Person | null {
    return this.#link()?.people?.find(({ cid }) => cid === this.#followed) ?? null;
  }

  follow(cid: string | null): void {
    if (cid === this.#followed) return;
    this.#followed = cid;
    this.#changed();
  }

  /** Follow nobody if the person is not there any more. */
  dropGone(): void {
    if (this.followed === null) this.#followed = null;
  }

  go(row: number, column: number | null): void {
    this.#spot = [row, column];
    this.#changed();
  }

  /** Where to go; null after that. */
  take(): Spot | null {
    const spot = this.#spot;
    this.#spot = null;
    return spot;
  }

  /** Go to the cell that everyone is brought to. */
  bring({ by, state }: Snapshot): void {
    const { spot } = state.view;
    if (!spot || !state.table || by === this.#link()?.cid) return;
    this.#spot = spot;
    const [row, column] = spot;
    if (by !== null) this.pointing.show(state.table.id, { by, row, column });
  }

  /** Take in where others point. */
  receive(pointing: PointingMessage): void {
    this.pointing.receive(pointing, this.#link()?.cid);
    const spot = pointing.spots.find(({ by }) => by === this.#followed);
    if (spot) this.#spot = [spot.row, spot.column];
  }
}
