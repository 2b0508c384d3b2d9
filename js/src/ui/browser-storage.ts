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
