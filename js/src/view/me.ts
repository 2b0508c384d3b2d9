// What the others are told of this viewer: a name if they give one, and where they look around.
import type { Model } from "../link/model.ts";
import type { Me } from "../protocol/messages.ts";
import type { Place } from "../protocol/state.ts";

/** Milliseconds that pass before a new place is told, so that quick turns are told once. */
const SETTLED = 300;

/** Where a viewer's name is kept. */
export interface NameStore {
  get(): string | null;
  set(name: string | null): void;
}

const KEY = "tsvshare-name";

/** A name that this browser keeps for all pages of the relay. */
export const browserName: NameStore = {
  get: () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  },
  set: (name) => {
    try {
      if (name === null) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, name);
    } catch {
      // Where nothing may be kept, the name lasts as long as the page.
    }
  },
};

/** What is known of somebody who says nothing: no name, and that they follow. */
const NOTHING = JSON.stringify([null, null]);

export class Myself {
  readonly #model: Model;
  readonly #names: NameStore | null;
  #name: string | null;
  #at: Place | null = null;
  #sent = NOTHING;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Without a store a kernel keeps the name, which may be told another one in Python. */
  constructor(model: Model, names: NameStore | null) {
    this.#model = model;
    this.#names = names;
    this.#name = names?.get() ?? null;
  }

  get name(): string | null {
    return this.#name ?? this.#model.get("_link")?.name ?? null;
  }

  /** Be called something else; an empty name is none. */
  rename(name: string): void {
    const next = name.trim();
    if (next === (this.name ?? "")) return;
    // To a kernel null says that the name is as before, and an empty one that there is none.
    this.#name = this.#names && next === "" ? null : next;
    this.#names?.set(this.#name);
    this.#sendSoon();
  }

  /** Be somewhere: null is where everyone is. */
  setPlace(at: Place | null): void {
    this.#at = at;
    if (JSON.stringify([this.#name, at]) !== this.#sent) this.#sendSoon();
  }

  /** There is a new connection, which has not heard of it. */
  resend(): void {
    this.#sent = NOTHING;
    this.setPlace(this.#at);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #sendSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendNow(), SETTLED);
  }

  #sendNow(): void {
    const message: Me = { type: "me", name: this.#name, at: this.#at };
    try {
      this.#model.send(message);
      if (this.#names === null) this.#name = null;
      this.#sent = JSON.stringify([this.#name, this.#at]);
    } catch {
      // Without a connection nobody hears it; a new one is told.
    }
  }
}
