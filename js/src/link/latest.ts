// At most one request on its way and one waiting: whoever turns pages fast sees the newest, and
// nothing queues up behind a slow connection.

export class Latest<T> {
  readonly #run: (value: T) => Promise<void>;
  #busy = false;
  #next: { value: T } | null = null;

  /** `run` must not throw: it deals with what goes wrong itself. */
  constructor(run: (value: T) => Promise<void>) {
    this.#run = run;
  }

  /** Whether something newer waits than what is being done. */
  get overtaken(): boolean {
    return this.#next !== null;
  }

  /** Whether anything is being done. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Do this now, or as soon as what is being done is done, unless something newer comes. */
  submit(value: T): void {
    this.#next = { value };
    if (!this.#busy) void this.#work();
  }

  /** Forget what waits. */
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
