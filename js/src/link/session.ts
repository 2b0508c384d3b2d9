// The model of a plain page: one WebSocket to the relay, kept up for ever. No DOM.
//
// Shared: the snapshot and its page, as the relay last told them; the newest one wins (known.ts).
// Private: the answers to requests pass through and are not kept.
// Browser-only: whether and since when the connection is down.

import { decodeRelay, otherVersion } from "../protocol/codec.ts";
import { GRACE_SECONDS, HEARTBEAT_SECONDS } from "../protocol/limits.ts";
import { CLOSE, isFinal, PROTOCOL_VERSION, SUBPROTOCOL } from "../protocol/messages.ts";
import type { ViewerMessage } from "../protocol/viewer-messages.ts";
import { fill, texts } from "../texts/texts.ts";
import { Backoff } from "./backoff.ts";
import { blocked, firstTraits, lose, receive } from "./known.ts";
import type { LinkState, Model, Traits } from "./model.ts";
import type { CustomMessage, Upward } from "./model-messages.ts";
import { randomName } from "./random-name.ts";
import { BLOCKED_SECONDS, browserWorld, type World } from "./world.ts";

export interface SessionLink {
  uuid: string;
  key: string | null;
  /** Base URL of the relay, without a slash at its end. */
  base: string;
  /** What this viewer is called, if they gave a name before. */
  name?: string | null;
}

/** What views hear of themselves, beside the answers: it changes nothing that is known. */
const PASSED_ON: ReadonlySet<string> = new Set(["error", "pointing"]);

export class Session implements Model {
  #link: SessionLink;
  /** The key of the look-only link, where that needs one... */
  #look: string | null = null;
  /** ...and a new key that was asked for: the answer may get lost. */
  #next: string | null = null;
  readonly #world: World;
  readonly #handlers = new Map<string, Set<(message: never) => void>>();
  #traits: Traits;
  #socket: WebSocket | null = null;
  readonly #backoff = new Backoff();
  #heartbeat = HEARTBEAT_SECONDS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  readonly #blocked: ReturnType<typeof setTimeout>;
  #closed = false;
  #token: string | null = null;
  #name: string | null;

  constructor(link: SessionLink, world: World = browserWorld) {
    this.#link = link;
    this.#world = world;
    this.#name = link.name ?? null;
    const { uuid, base } = link;
    this.#traits = firstTraits({ cid: randomName(), uuid, base, view_url: `${base}/d/${uuid}` });
    this.#blocked = setTimeout(() => void this.#explain(), BLOCKED_SECONDS * 1000);
    this.#connect();
  }

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.#traits[name];
  }

  on(event: string, handler: (message: never) => void): void {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
  }

  off(event: string, handler: (message: never) => void): void {
    this.#handlers.get(event)?.delete(handler);
  }

  send(message: Upward): void {
    if (message.type === "me") this.#name = message.name;
    // These are for kernels; there is none behind a plain page.
    if (message.type === "selection" || message.type === "extras") return;
    if (message.type === "upload") return;
    if (message.type === "leave" || message.type === "sharing" || message.type === "way") return;
    if (message.type === "access" && message.key) this.#next = message.key;
    if (message.type === "hi") {
      const { id } = message;
      queueMicrotask(() => this.#tellKeys(id));
    } else if (this.#traits._link?.status === "live") this.#write(message);
    else throw new Error(texts.noConnection);
  }

  #tellKeys(id: string): void {
    const look = this.#look === null ? {} : { look_key: this.#look };
    this.#tell({ type: "hi", id, key: this.#link.key, ...look, beat: 0 });
  }

  /** Go on with another key, and tell whoever shows links. */
  #adopt(key: string, look: string | null): void {
    this.#link = { ...this.#link, key };
    this.#look = look;
    this.#next = null;
    this.#world.renew?.(key);
    this.#tellKeys("");
  }

  /** Reconnect now rather than when the time has come: the network or the person is back. */
  wake(): void {
    const waiting = this.#retry !== undefined;
    if (waiting) this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#blocked);
    clearTimeout(this.#retry);
    clearTimeout(this.#watchdog);
    this.#socket?.close(1000);
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const url = `${this.#link.base.replace(/^http/, "ws")}/d/${this.#link.uuid}/ws`;
    const socket = this.#world.connect(url, SUBPROTOCOL);
    this.#socket = socket;
    this.#watch();
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#socket === socket && this.#receive(event.data);
    socket.onclose = (event) => this.#socket === socket && this.#lost(event.code);
  }

  /** Say why the first connection has not come about. */
  async #explain(): Promise<void> {
    const waits = () => !this.#closed && this.#traits._link?.status === "connecting";
    if (!waits()) return;
    const answers = await this.#world.answers(`${this.#link.base}/livez`);
    if (waits()) this.#change(blocked(this.#traits, answers));
  }

  #hello(): void {
    const known = this.#traits._state;
    // Without its page, which was to follow, it is not all that belongs to the position.
    const whole = known && (this.#traits._page || !known.state.table);
    const have = whole ? { epoch: known.epoch, seq: known.seq } : null;
    const { cid } = this.#traits._link as LinkState;
    const { key } = this.#link;
    const token = this.#token;
    this.#write({ type: "hello", v: PROTOCOL_VERSION, cid, key, have, name: this.#name, token });
  }

  #receive(frame: unknown): void {
    this.#watch();
    if (typeof frame !== "string") return;
    const other = this.#traits._link?.status === "live" ? null : otherVersion(frame);
    if (other !== null) {
      this.#part(other);
      return;
    }
    const message = decodeRelay(frame);
    if (message === null) return;
    if (message.type === "hb") this.#write({ type: "pong" });
    if (message.type === "bye") this.#backoff.nameWait(message.retry_ms / 1000);
    if (message.type === "access" && this.#next) this.#adopt(this.#next, message.look_key);
    if (message.type === "moved") this.#world.go?.(`${message.base}/d/${message.uuid}`);
    if (message.type === "welcome") {
      const before = this.#look;
      this.#look = message.look_key ?? null;
      if (this.#look !== before) this.#tellKeys("");
      this.#backoff.startAnew();
      this.#heartbeat = message.heartbeat;
      this.#token = message.token ?? null;
    }
    this.#change(receive(this.#traits, message));
    if ("id" in message || PASSED_ON.has(message.type)) this.#tell(message as CustomMessage);
  }

  /** Leave a relay that speaks another major version: coming back is of no use. */
  #part(version: number): void {
    const message = fill(texts.versionsDiffer, { ours: PROTOCOL_VERSION, theirs: version });
    this.#change(receive(this.#traits, { type: "error", code: "wrong_version", message }));
    this.#socket?.close(CLOSE.VERSION);
    this.#lost(CLOSE.VERSION);
  }

  #lost(code: number): void {
    this.#socket = null;
    clearTimeout(this.#watchdog);
    if (this.#closed) return;
    if (code === CLOSE.REVOKED && this.#next) {
      this.#adopt(this.#next, null);
      this.#connect();
      return;
    }
    this.#change(lose(this.#traits, code, this.#world.now()));
    if (isFinal(code)) return;
    const seconds = this.#backoff.nextWait(this.#world.random());
    this.#retry = setTimeout(() => this.#connect(), seconds * 1000);
  }

  /** Start the time again after which silence counts as a lost connection. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    const silent = () => {
      this.#lost(1006);
      socket?.close();
    };
    this.#watchdog = setTimeout(silent, (this.#heartbeat + GRACE_SECONDS) * 1000);
  }

  #write(message: ViewerMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #change(next: Traits): void {
    const names = (Object.keys(next) as (keyof Traits)[]).filter(
      (name) => next[name] !== this.#traits[name],
    );
    this.#traits = next;
    for (const name of names) this.#emit(`change:${name}`);
  }

  #tell(message: CustomMessage): void {
    this.#emit("msg:custom", message);
  }

  #emit(event: string, message?: CustomMessage): void {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) handler(message as never);
  }
}
