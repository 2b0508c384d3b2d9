// Reach: whether this browser gets to the relay by itself. A notebook's need not: its kernel does,
// but downloads and links go from the browser to the relay.
import { fill, texts } from "../texts/texts.ts";

export type Reached = "unknown" | "yes" | "no";
/** Tries a relay at its base URL; "login": it is reached, and lets nobody in without one. */
export type Probe = (base: string) => Promise<Reached | "login">;

const PATIENCE_MS = 4000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether a URL is one of the computer that asks for it. */
export const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);

/** Whatever answers will do; what a page of HTTPS may not ask for by itself stays unknown. */
export const probeRelay: Probe = async (base) => {
  const mixed =
    globalThis.location?.protocol === "https:" && base.startsWith("http:") && !isLoopback(base);
  if (mixed) return "unknown";
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    if (new URL(base).origin === globalThis.location?.origin) {
      const asked = { method: "HEAD", cache: "no-store", signal } as const;
      return (await fetch(`${base}/static/page.js`, asked)).status === 403 ? "login" : "yes";
    }
    await fetch(`${base}/livez`, { mode: "no-cors", cache: "no-store", signal });
    return "yes";
  } catch {
    return "no";
  }
};

export class Reach {
  readonly #changed: () => void;
  readonly #probe: Probe;
  #base: string | null = null;
  #state: Reached = "unknown";
  #needsLogin = false;

  constructor(changed: () => void, probe: Probe) {
    this.#changed = changed;
    this.#probe = probe;
  }

  get state(): Reached {
    return this.#state;
  }

  /** Whether this browser is to log in before the relay answers it; a click on a link does. */
  get needsLogin(): boolean {
    return this.#needsLogin;
  }

  /** Take in where the relay is; another one is tried. */
  update(base: string | null): void {
    if (base === this.#base) return;
    this.#base = base;
    this.#state = "unknown";
    void this.check();
  }

  /** Try again. */
  async check(): Promise<Reached> {
    const base = this.#base;
    if (base === null) return this.#state;
    const found = await this.#probe(base);
    if (base !== this.#base) return this.#state;
    this.#needsLogin = found === "login";
    const state = found === "login" ? "yes" : found;
    const news = state !== this.#state;
    this.#state = state;
    if (news) this.#changed();
    return state;
  }
}

/** What to say where the browser does not reach the relay. */
export const unreachableWords = (base: string): string => fill(texts.unreachable, { base });
