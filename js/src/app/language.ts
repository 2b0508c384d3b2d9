// The language of the browser: its table of texts is a file of its own, fetched before the first
// drawing by the same way as the second part of the front end. English needs none.

import { languageFor } from "../texts/languages.ts";
import { type Spoken, speak } from "../texts/texts.ts";
import { onShelf, shelve } from "./shelf.ts";

/** A table of texts, as build.mjs makes it. */
export interface Table {
  build: string;
  texts: object;
}
/** Fetches the table of a language. */
export type FetchTable = (language: string) => Promise<Table>;

/** Milliseconds that a drawing waits for its language: a kernel that runs a cell answers later. */
const PATIENCE_MS = 1500;

const LATE = Symbol("late");

/** What a browser wants, as far as it is there: English at once, others once their table has come. */
export class Language {
  readonly #spoken: Spoken;
  readonly #table: Table | null | Promise<Table | null>;

  /** `build`: of which build the table has to be; `wanted`: the browser's languages. */
  constructor(fetch: FetchTable, build: string, wanted = navigator.languages) {
    this.#spoken = languageFor(wanted);
    const place = `tsvshare.texts.${this.#spoken.language}.${build}`;
    const none = this.#spoken.language === "en";
    this.#table = none ? null : (onShelf<Table>(place) ?? this.#fetch(fetch, build, place));
  }

  /** Speak it, as soon as that can be; English stays where it cannot. */
  async speak(): Promise<void> {
    this.#speak(await this.#table);
  }

  /**
   * Draw in it. If it comes late, that is in English first and then once more, unless somebody is
   * about something by then, which drawing anew would end.
   */
  async draw(draw: () => { readonly idle: boolean }, patience = PATIENCE_MS): Promise<void> {
    const came = this.#table instanceof Promise ? await this.#inTime(patience) : this.#table;
    if (came !== LATE) this.#speak(came);
    const drawn = draw();
    if (came !== LATE) return;
    const table = await this.#table;
    if (table === null || !drawn.idle) return;
    this.#speak(table);
    draw();
  }

  #inTime(patience: number): Promise<Table | null | typeof LATE> {
    const waited = new Promise<typeof LATE>((resolve) => setTimeout(resolve, patience, LATE));
    return Promise.race([Promise.resolve(this.#table), waited]);
  }

  #speak(table: Table | null): void {
    if (table) speak(this.#spoken, table.texts);
  }

  /** The table, for all on this page; null if there is none, or it is of another build. */
  async #fetch(fetch: FetchTable, build: string, place: string): Promise<Table | null> {
    try {
      const table = await fetch(this.#spoken.language);
      if (table.build !== build) return null;
      shelve(place, table);
      return table;
    } catch {
      return null;
    }
  }
}
