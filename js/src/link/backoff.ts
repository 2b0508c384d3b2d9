// Backoff: how long to wait before connecting again, as tsvshare_widget/client/backoff.py has it;
// tests/golden/session.json has cases for both. Pure.

/** Within how many seconds the first wait is, and the last. */
const FIRST = 0.5;
const MOST = 30;
/** However long a relay says to stay away, somebody looks again after so many seconds. */
const LONGEST_NAMED = 3600;

/**
 * Exponential backoff with full jitter: each wait is at random within a span that doubles, and
 * starts anew at a welcome. A wait that the relay named replaces the next one. Never gives up.
 */
export class Backoff {
  #losses = 0;
  #named: number | null = null;

  /** Take in that the relay has said welcome. */
  startAnew(): void {
    this.#losses = 0;
    this.#named = null;
  }

  /** Take in when the relay wants to be tried again, in seconds. */
  nameWait(seconds: number): void {
    this.#named = Math.min(Math.max(0, seconds), LONGEST_NAMED);
  }

  /** Seconds to wait now that a connection, or a try at one, was lost; `random` is from 0 to 1. */
  nextWait(random: number): number {
    const wait = this.#named ?? random * Math.min(MOST, FIRST * 2 ** this.#losses);
    this.#losses++;
    this.#named = null;
    return wait;
  }
}
