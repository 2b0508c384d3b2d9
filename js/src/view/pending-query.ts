// A pending query: a sort, filter or search of this screen whose rows have not come yet.
import type { RequestOptions } from "../link/requests.ts";
import type { Query } from "../protocol/query.ts";

/** Seconds that the rows of a query may take; a connection that is lost ends the wait sooner. */
const QUERY_SECONDS = 180;
/** Seconds after which the progress of a query is shown. */
const SLOW_SECONDS = 0.4;

export class PendingQuery {
  readonly query: Query;
  readonly #abort = new AbortController();
  readonly #changed: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;
  /** Between 0 and 1. */
  done = 0;
  /** Whether it takes so long that its progress is shown. */
  slow = false;

  constructor(query: Query, changed: () => void) {
    this.query = query;
    this.#changed = changed;
    this.#timer = setTimeout(() => this.#advance(this.done), SLOW_SECONDS * 1000);
  }

  /** The options of its request. */
  get requestOptions(): RequestOptions {
    const onprogress = (done: number) => this.#advance(done);
    return { seconds: QUERY_SECONDS, signal: this.#abort.signal, onprogress };
  }

  /** End the wait: the query is answered, or nobody wants it any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  cancel(): void {
    this.end();
    this.#abort.abort();
  }

  #advance(done: number): void {
    this.done = done;
    this.slow = true;
    this.#changed();
  }
}
