// The pictures in the headers of columns that are in sight. Browser-only.

import type { Filter } from "../protocol/query.ts";
import type { ColumnFacts, Facts } from "./column-facts.ts";
import { headerFigure } from "./header-figures.ts";
import { HeaderPicture } from "./header-picture.ts";

interface Drawn {
  picture: HeaderPicture;
  column: number;
  facts: Facts | null;
  old: boolean;
}

export interface Headers {
  headerOf(column: number): HTMLElement | null;
}

export class HeaderPictures {
  readonly #headers: Headers;
  readonly #facts: ColumnFacts;
  readonly #onfilter: (column: number, filters: Filter[]) => void;
  readonly #drawn = new WeakMap<HTMLElement, Drawn>();

  constructor(
    headers: Headers,
    facts: ColumnFacts,
    onfilter: (column: number, filters: Filter[]) => void,
  ) {
    this.#headers = headers;
    this.#facts = facts;
    this.#onfilter = onfilter;
  }

  /** Draw what is known of some columns into their headers; the same again costs next to nothing. */
  draw(columns: Iterable<number>): void {
    for (const column of columns) {
      const header = this.#headers.headerOf(column);
      if (header) this.#drawInto(header, column);
    }
  }

  remove(columns: Iterable<number>): void {
    for (const column of columns) {
      const header = this.#headers.headerOf(column);
      if (header) this.#drawn.get(header)?.picture.element.remove();
    }
  }

  #drawInto(header: HTMLElement, column: number): void {
    const facts = this.#facts.get(column);
    const old = this.#facts.isOld(column);
    const drawn = this.#drawn.get(header) ?? this.#begin(header, column);
    // Headers are used again for other columns, and lose what stands in them when they are filled.
    const { element } = drawn.picture;
    if (element.parentNode !== header) header.append(element);
    if (drawn.column === column && drawn.facts === facts && drawn.old === old) return;
    drawn.column = column;
    drawn.facts = facts;
    drawn.old = old;
    element.hidden = facts === null;
    if (facts === null) return;
    const sample = facts.sampled !== null;
    drawn.picture.draw(headerFigure(facts.profile, facts.sampled), { sample, old });
  }

  #begin(header: HTMLElement, column: number): Drawn {
    const picture = new HeaderPicture((filters) => this.#onfilter(drawn.column, filters));
    const drawn: Drawn = { picture, column, facts: null, old: true };
    picture.element.hidden = true;
    this.#drawn.set(header, drawn);
    return drawn;
  }
}
