// What a plain page knows of its document, and how the messages of the relay change it. Pure.

import { LASTING_ERRORS } from "../protocol/errors.ts";
import { isFinal } from "../protocol/messages.ts";
import type { ErrorMessage, RelayMessage, Working } from "../protocol/relay-messages.ts";
import type { Problem, Snapshot } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import type { LinkState, Traits } from "./model.ts";

export function firstTraits(link: Pick<LinkState, "cid" | "uuid" | "base" | "view_url">): Traits {
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
export function blocked(traits: Traits, answers: boolean): Traits {
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
