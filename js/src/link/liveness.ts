// Whether anyone stands behind the model. A host may tell that a kernel has ended; where it does
// not, and for a saved notebook, which has no kernel at all, silence is the only sign.
import { BEAT_SECONDS } from "../protocol/limits.ts";
import type { Model } from "./model.ts";
import type { CustomMessage, HiAnswer } from "./model-messages.ts";
import type { Requests } from "./requests.ts";

/** Seconds without an answer to `hi` after which nobody is there. */
const HI_SECONDS = 5;
/** As long as that where there is a reason to doubt. */
const DOUBT_SECONDS = 2;
/** Beats that may fail to come. */
const MISSED = 2.5;

export class Liveness {
  readonly #model: Model;
  readonly #requests: Requests;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beat: number | null = null;
  #key: string | null | undefined;
  #lookKey: string | null = null;
  #state: "unknown" | "alive" | "silent" = "unknown";
  #ended = false;

  constructor(model: Model, requests: Requests, changed: () => void) {
    this.#model = model;
    this.#requests = requests;
    this.#changed = changed;
    model.on("msg:custom", this.#heard);
    this.#await(HI_SECONDS);
    this.#greet();
  }

  get state(): "unknown" | "alive" | "silent" {
    return this.#state;
  }

  /** The document's key; null: there is none to have; undefined: not told yet. */
  get key(): string | null | undefined {
    return this.#key;
  }

  /** The key of the look-only link, where that needs one. */
  get lookKey(): string | null {
    return this.#lookKey;
  }

  /** Take in that whoever stood behind the model has ended; nothing comes back by itself. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#state = "silent";
    this.#changed();
  }

  /** Ask whether there is still somebody. */
  doubt(): void {
    if (this.#ended || this.#beat === 0) return;
    this.#await(DOUBT_SECONDS);
    this.#greet();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#model.off("msg:custom", this.#heard);
  }

  #greet(seq?: number): void {
    // Without an answer the timer below has the last word.
    this.#requests.hi(seq).catch(() => {});
  }

  /** Have all sent again if something never came: a server drops what comes too fast. */
  #check(sent?: number): void {
    const seq = this.#model.get("_state")?.seq ?? 0;
    if (sent !== undefined && sent !== seq) this.#greet(seq);
  }

  /** Take in the keys: the answer, or other ones later. */
  #take({ key, look_key, beat }: HiAnswer): void {
    this.#key = key;
    this.#lookKey = look_key ?? null;
    this.#beat = beat;
    this.#changed();
  }

  readonly #heard = (message?: CustomMessage): void => {
    if (this.#ended) return;
    if (message?.type === "roll") this.#greet();
    if (message?.type === "beat") this.#check(message.seq);
    if (message?.type === "hi") this.#take(message);
    const news = this.#state !== "alive";
    const back = this.#state === "silent";
    this.#state = "alive";
    if (this.#beat === 0) clearTimeout(this.#timer);
    else this.#await((this.#beat ?? BEAT_SECONDS) * MISSED);
    if (back) this.#greet();
    if (news) this.#changed();
  };

  #await(seconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#state = "silent";
      this.#changed();
    }, seconds * 1000);
  }
}
