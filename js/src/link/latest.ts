// Latest wins: at most one request on its way and one waiting. Whoever turns pages fast sees the
// newest, and nothing queues up behind a slow connection.

export class Latest<T> {
  readonly #run: (value: T) => Promise<void>;
  #busy = false;
  #next: { value: T } | null = null;

  /** `run` must not throw: it deals with what goes wrong itself. */
  constructor(run: (value: T) => Promise<void>) {
    this.#run = run;
  }

  /** Whether a newer value waits for the one that is being run. */
  get overtaken(): boolean {
    return this.#next !== null;
  }

  /** Whether a value is being run. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Run a value now, or after the one that is being run, unless a newer one comes. */
  submit(value: T): void {
    this.#next = { value };
    if (!this.#busy) void this.#work();
  }

  /** Drop the value that waits. */
  clear(): void {
    this.#next = null;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#next !== null) {
      const { value } = this.#next;
      this.#next = null;
      await this.#run(value);
    }
    this.#busy = false;
  }
}
