// How this browser shows tables: how high rows are, and whether there are pictures in the header.
// Kept for all tables of a relay, or of a notebook's server.

import { type StoredText, storedText } from "../../ui/browser-storage.ts";

export type Density = "compact" | "normal" | "roomy";

export interface Preferences {
  density: Density;
  pictures: boolean;
}

export class KeptPreferences {
  readonly #stored: StoredText;

  constructor(stored: StoredText = storedText("tsvshare-look")) {
    this.#stored = stored;
  }

  get(): Preferences {
    const words = (this.#stored.get() ?? "").split(" ");
    const density = (["normal", "roomy"] as const).find((each) => words.includes(each));
    return { density: density ?? "compact", pictures: !words.includes("plain") };
  }

  set({ density, pictures }: Preferences): void {
    this.#stored.set(pictures ? density : `${density} plain`);
  }
}
