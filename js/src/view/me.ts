// Presence of this viewer: the name they give and the private place that the others see.
import type { Model } from "../link/model.ts";
import type { Place } from "../protocol/state.ts";
import type { Me } from "../protocol/viewer-messages.ts";
import { type StoredText, storedText } from "../ui/browser-storage.ts";

/** Milliseconds that pass before a new place is sent, so that quick turns are sent once. */
const SETTLED_MS = 300;

/** Where a viewer's name is kept. */
export type NameStore = StoredText;

/** A name that this browser keeps for all pages of the relay. */
export const browserName: NameStore = storedText("tsvshare-name");

/** What the others assume of somebody who sends nothing: no name, and that they follow. */
const NOTHING = JSON.stringify([null, null]);

export class Myself {
  readonly #model: Model;
  readonly #names: NameStore | null;
  #name: string | null;
  #at: Place | null = null;
  #sent = NOTHING;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Without a store the kernel keeps the name, which may be set in Python. */
  /** Whether this is the viewer of a kernel, who is the same on all its screens. */
  get inKernel(): boolean {
    return this.#names === null;
  }

  constructor(model: Model, names: NameStore | null) {
    this.#model = model;
    this.#names = names;
    this.#name = names?.get() ?? null;
  }

  get name(): string | null {
    return this.#name ?? this.#model.get("_link")?.name ?? null;
  }

  /** Set the name; an empty one is none. */
  rename(name: string): void {
    const next = name.trim();
    if (next === (this.name ?? "")) return;
    // To a kernel null says that the name is as before, and an empty one that there is none.
    this.#name = this.#names && next === "" ? null : next;
    this.#names?.set(this.#name);
    this.#sendSoon();
  }

  /** Set the private place; null: this viewer follows. */
  setPlace(at: Place | null): void {
    this.#at = at;
    if (JSON.stringify([this.#name, at]) !== this.#sent) this.#sendSoon();
  }

  /** Send name and place to a new connection. */
  resend(): void {
    this.#sent = NOTHING;
    this.setPlace(this.#at);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #sendSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendNow(), SETTLED_MS);
  }

  #sendNow(): void {
    const message: Me = { type: "me", name: this.#name, at: this.#at };
    try {
      this.#model.send(message);
      if (this.#names === null) this.#name = null;
      this.#sent = JSON.stringify([this.#name, this.#at]);
    } catch {
      // Without a connection nobody hears it; a new one gets it.
    }
  }
}
