// Texts that the browser keeps for all pages of a relay, or of a notebook's server.

export interface StoredText {
  get(): string | null;
  set(text: string | null): void;
}

/** The text that is kept under a name; where nothing may be kept, there is never one. */
export const storedText = (key: string): StoredText => ({
  get: () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set: (text) => {
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // It lasts as long as the page, with whoever wanted it kept.
    }
  },
});

/** A choice that this browser keeps, also where nothing may be kept: as long as the page. */
export class Switch {
  readonly #kept: StoredText;
  readonly #first: boolean;
  #on: boolean | null = null;

  /** `first`: how it is until somebody says otherwise. */
  constructor(key: string, first = false) {
    this.#kept = storedText(key);
    this.#first = first;
  }

  get on(): boolean {
    if (this.#on === null) {
      const kept = this.#kept.get();
      this.#on = kept === null ? this.#first : kept === "on";
    }
    return this.#on;
  }

  set(on: boolean): void {
    this.#on = on;
    this.#kept.set(on ? "on" : "off");
  }
}
