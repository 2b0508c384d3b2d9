// The way to what opens over the table (overlays.ts): it is in the second part of the front end, which
// is fetched once there is a page, or when somebody wants it.

import { spoken, texts } from "../texts/texts.ts";
import { h } from "../ui/dom.ts";
import { sentence } from "../words/format.ts";
import type { ExtrasLoader } from "./extras-loader.ts";
import type { Overlays, Shown } from "./overlays.ts";

/** Milliseconds after which the second part is fetched even if the browser has had no rest. */
const REST_MS = 2000;

export class Dialogs {
  readonly #shown: Shown;
  readonly #loader: ExtrasLoader;
  readonly #onfailure: (message: string) => void;
  #overlays: Overlays | null = null;
  #prepared = false;

  /** `onfailure` hears why something cannot be opened. */
  constructor(shown: Shown, loader: ExtrasLoader, onfailure: (message: string) => void) {
    this.#shown = shown;
    this.#loader = loader;
    this.#onfailure = onfailure;
  }

  /** Open something over the table: now, or as soon as the second part is here. */
  open(open: (overlays: Overlays) => void): void {
    if (this.#overlays) open(this.#overlays);
    else this.#load().then(open, (error) => this.#fail(error));
  }

  /** Ask for a confirmation; where the second part cannot be loaded that is said, and it is a no. */
  async confirm(title: string, text: string, yes: string): Promise<boolean> {
    try {
      return await (await this.#load()).confirmed(title, text, yes);
    } catch (error) {
      this.#fail(error as Error);
      return false;
    }
  }

  /** Show what is new in what is open. */
  update(): void {
    if (!this.#prepared && this.#shown.viewer.view !== null) {
      this.#prepared = true;
      whenIdle(() => this.#load().catch(() => {}));
    }
    this.#overlays?.update();
  }

  close(): void {
    this.#overlays?.close();
  }

  #fail(error: Error): void {
    this.#onfailure(sentence(error.message));
  }

  async #load(): Promise<Overlays> {
    const { Overlays, speak, style } = await this.#loader.load();
    if (this.#overlays) return this.#overlays;
    // Another copy of the first part may have brought it.
    speak(spoken(), texts);
    this.#shown.host.append(h("style", {}, style));
    this.#overlays = new Overlays(this.#shown);
    this.update();
    return this.#overlays;
  }
}

function whenIdle(work: () => void): void {
  // Safari has no such call.
  if ("requestIdleCallback" in window) window.requestIdleCallback(work, { timeout: REST_MS });
  else setTimeout(work, REST_MS / 2);
}
