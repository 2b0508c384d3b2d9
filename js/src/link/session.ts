// The model of a plain page: one WebSocket to the relay, kept up for ever. No DOM.
//
// Shared: the snapshot and its page, as the relay last told them; the newest one wins.
// Private: the answers to requests pass through and are not kept.
// Browser-only: whether and since when the connection is down.

import { decodeRelay, otherVersion } from "../protocol/codec.ts";
import { LASTING_ERRORS } from "../protocol/errors.ts";
import { GRACE_SECONDS, HEARTBEAT_SECONDS } from "../protocol/limits.ts";
import {
  CLOSE,
  type ErrorMessage,
  isFinal,
  PROTOCOL_VERSION,
  type RelayMessage,
  SUBPROTOCOL,
  type ViewerMessage,
  type Working,
} from "../protocol/messages.ts";
import type { Problem, Snapshot } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { Backoff } from "./backoff.ts";
import type { CustomMessage, LinkState, Model, Traits, Upward } from "./model.ts";
import { randomName } from "./model.ts";

// --- what is known, and how messages change it; pure ------------------------------------------

function firstTraits(link: Pick<LinkState, "cid" | "uuid" | "base" | "view_url">): Traits {
  const unknown = { since: null, role: "look", limits: null, message: null } as const;
  const _link = { ...unknown, ...nobody(), ...link, status: "connecting" } as const;
  return { _state: null, _page: null, _link };
}

/** Who is there and what is worked on while nobody says. */
const nobody = () => ({ viewers: 0, apart: 0, people: [], working: null });

/** Whether `next` replaces `known`: positions are compared only within one epoch. */
export function isNewer(known: Snapshot | null, next: { epoch: string; seq: number }): boolean {
  return known === null || known.epoch !== next.epoch || next.seq > known.seq;
}

/** The traits after a message of the relay; the same object if it changes nothing. */
export function receive(traits: Traits, message: RelayMessage): Traits {
  const link = traits._link as LinkState;
  switch (message.type) {
    case "welcome": {
      const { role, viewers, limits, epoch, seq, state, page, access = null } = message;
      const cid = message.you ?? link.cid;
      const known = {
        ...link,
        role,
        viewers,
        limits,
        access,
        cid,
        message: stillTrue(link.message),
      };
      const next = { ...known, status: "live", since: null } as const;
      if (message.unchanged || state === null) return { ...traits, _link: next };
      const snapshot = { epoch, seq, by: null, event: "welcome", state };
      return { _state: snapshot, _page: page, _link: next };
    }
    case "state": {
      if (!isNewer(traits._state, message)) return traits;
      const { epoch, seq, by, event, state, page, access = null } = message;
      const same = JSON.stringify(link.access ?? null) === JSON.stringify(access);
      const _link = same ? link : { ...link, access };
      return { _state: { epoch, seq, by, event, state }, _page: page, _link };
    }
    case "presence": {
      const { viewers, people, apart = 0 } = message;
      return { ...traits, _link: { ...link, viewers, people, apart } };
    }
    case "working":
      return { ...traits, _link: { ...link, working: workOf(message) } };
    case "error":
      if (!LASTING_ERRORS.has(message.code)) return traits;
      return { ...traits, _link: { ...link, message: told(message) } };
    case "over":
      if (link.message?.code !== message.code) return traits;
      return { ...traits, _link: { ...link, message: null } };
    default:
      return traits;
  }
}

/** What was in the way of a connection is over with it; that the key is wrong is not. */
const stillTrue = (problem: Problem | null): Problem | null =>
  problem?.code === "wrong_key" ? problem : null;

const workOf = ({ by, query, done }: Working) => query && { by: by ?? null, query, done };

const told = ({ code, message }: ErrorMessage) => ({ code, message });

/** The traits after the connection was lost with a close code. */
export function lose(traits: Traits, code: number, now: number): Traits {
  const link = traits._link as LinkState;
  if (isFinal(code)) {
    const gone = { status: "gone", since: link.since ?? now } as const;
    return { ...traits, _link: { ...link, ...nobody(), ...gone } };
  }
  const stale = link.status === "live" ? ({ status: "stale", since: now } as const) : {};
  return { ...traits, _link: { ...link, ...stale, working: null } };
}

/** The traits of a page whose connection does not come about; `answers`: what the relay does over HTTP. */
function blocked(traits: Traits, answers: boolean): Traits {
  const link = traits._link as LinkState;
  const message = answers ? NO_WEBSOCKET(link.base ?? "") : NO_ANSWER(link.base ?? "");
  return { ...traits, _link: { ...link, message } };
}

const NO_WEBSOCKET = (base: string): Problem => ({
  code: "no_websocket",
  message: fill(texts.noWebSocket, { base }),
});
const NO_ANSWER = (base: string): Problem => ({
  code: "unavailable",
  message: fill(texts.relaySilent, { base }),
});

// --- the connection ---------------------------------------------------------------------------

/** What a session needs of the world around it, so that tests can stand in for it. */
export interface World {
  connect(url: string, protocol: string): WebSocket;
  now(): number;
  random(): number;
  /** Go to the page of a document on another relay, with the same key. */
  go?(url: string): void;
  /** Let the page's address have another key. */
  renew?(key: string): void;
  /** Whether anything answers at a URL over HTTP. */
  answers(url: string): Promise<boolean>;
}

/** Seconds without a connection after which the page says what is in its way. */
const BLOCKED_SECONDS = 6;

const browserWorld: World = {
  connect: (url, protocol) => new WebSocket(url, protocol),
  now: () => Date.now(),
  random: () => Math.random(),
  go: (url) => {
    if (/^https?:/.test(url)) location.replace(url + location.hash);
  },
  renew: (key) => history.replaceState(history.state, "", `#k=${key}`),
  answers: (url) =>
    fetch(url, { cache: "no-store", signal: AbortSignal.timeout(BLOCKED_SECONDS * 1000) }).then(
      ({ ok }) => ok,
      () => false,
    ),
};

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
    const have = known && { epoch: known.epoch, seq: known.seq };
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
