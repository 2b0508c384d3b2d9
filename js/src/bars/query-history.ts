// What was asked on this screen before, to go back to and forth: sorts, filters and searches.
// Browser-only.

import { type Query, sameQuery } from "../protocol/query.ts";

const MOST = 50;

export class QueryHistory {
  #past: Query[] = [];
  #future: Query[] = [];
  #shown: Query = {};
  #of: string | null = null;

  /** Take in what is asked now, by whomever; `of` is the table and the view that it is asked of. */
  observe(of: string, query: Query): void {
    if (of !== this.#of) {
      [this.#of, this.#past, this.#future, this.#shown] = [of, [], [], query];
    } else if (!sameQuery(query, this.#shown)) {
      this.#past = [...this.#past, this.#shown].slice(-MOST);
      [this.#future, this.#shown] = [[], query];
    }
  }

  get hasPast(): boolean {
    return this.#past.length > 0;
  }

  get hasFuture(): boolean {
    return this.#future.length > 0;
  }

  /** What was asked before, which is then asked again; null if nothing was. */
  back(): Query | null {
    return this.#step(this.#past, this.#future);
  }

  /** What was asked before the last step back. */
  forth(): Query | null {
    return this.#step(this.#future, this.#past);
  }

  #step(from: Query[], to: Query[]): Query | null {
    const query = from.pop();
    if (query === undefined) return null;
    to.push(this.#shown);
    this.#shown = query;
    return query;
  }
}
