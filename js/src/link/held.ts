// Whether a kernel that is there takes nothing in: some run a cell to its end before they look at
// what a screen has sent. A kernel is asked for a greeting, which needs nobody but itself; where even
// that is not answered, messages are held back.

/** Seconds that a request may wait before the kernel is asked whether it takes anything in. */
const QUIET_SECONDS = 2;
/** Seconds in which it answers if it does. */
const PROBE_SECONDS = 1;

export class Held {
  readonly #probe: () => void;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  constructor(probe: () => void, changed: () => void) {
    this.#probe = probe;
    this.#changed = changed;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Take in that a request was sent. */
  sent(): void {
    if (this.#timer !== undefined || this.#held) return;
    this.#timer = setTimeout(() => this.#ask(), QUIET_SECONDS * 1000);
  }

  /** Take in that an answer came; `more`: others are still waited for. */
  heard(more: boolean): void {
    this.stop();
    const was = this.#held;
    this.#held = false;
    if (more) this.sent();
    if (was) this.#changed();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #ask(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#held = true;
      this.#changed();
    }, PROBE_SECONDS * 1000);
    this.#probe();
  }
}
