// Decoding what the relay sends: frames of its WebSocket, and the bodies of HTTP errors.

import { fill, texts } from "../texts/texts.ts";
import { TSVShareError } from "./errors.ts";
import { PROTOCOL_VERSION } from "./messages.ts";
import type { RelayMessage } from "./relay-messages.ts";

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number";
const truth: Check = (value) => typeof value === "boolean";
const object: Check = (value) => typeof value === "object" && value !== null;
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** Required fields of each message; fields that this version does not know are let through. */
const REQUIRED = /* @__PURE__ */ ((): Record<RelayMessage["type"], Record<string, Check>> => ({
  welcome: {
    epoch: text,
    seq: number,
    role: (value) => value === "edit" || value === "look",
    viewers: number,
    heartbeat: number,
    limits: object,
    unchanged: truth,
    state: nullable(object),
    page: nullable(object),
  },
  state: { epoch: text, seq: number, event: text, state: object, page: nullable(object) },
  ack: { id: text, epoch: text, seq: number },
  reject: { id: text, code: text, message: text },
  page: { id: text, page: object },
  cell: { id: text, text: text, bytes: number, cut: truth },
  error: { code: text, message: text },
  over: { code: text },
  profile: { id: text, of_rows: number, profile: object },
  describe: { id: text, of_rows: number, profiles: object },
  groups: { id: text, of_rows: number, groups: object },
  points: { id: text, of_rows: number, points: object },
  views: { id: text, views: object },
  columns: { id: text, total: number, found: object },
  find: { id: text, total: number, number: number, place: number, row: number, columns: object },
  access: { id: text, access: object, look_key: nullable(text) },
  moved: { base: text, uuid: text },
  progress: { id: text, done: number },
  working: { query: nullable(object), done: number },
  pointing: { table: text, spots: object },
  presence: { viewers: number, people: object },
  hb: {},
  bye: { code: number, retry_ms: number },
  // So the build knows that the second part does not need it.
}))();

/** Decode a frame of the relay; null for a message that this version does not know or trust. */
export function decodeRelay(frame: string): RelayMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  if (!object(value)) return null;
  const message = value as Record<string, unknown>;
  if (typeof message.type !== "string" || !Object.hasOwn(REQUIRED, message.type)) return null;
  const required = REQUIRED[message.type as RelayMessage["type"]];
  const right = Object.entries(required).every(([name, check]) => check(message[name]));
  return right ? (value as RelayMessage) : null;
}

/** The code of a refusal that is not in the relay's words, but a proxy's. */
export const NOT_THE_RELAYS = "upload_broken";

/** The version of a welcome of another major version, of which all else may differ; else null. */
export function otherVersion(frame: string): number | null {
  try {
    const { type, v } = Object(JSON.parse(frame)) as { type?: unknown; v?: unknown };
    return type === "welcome" && typeof v === "number" && v !== PROTOCOL_VERSION ? v : null;
  } catch {
    return null;
  }
}

/** Decode the body of an HTTP error of the relay: {"error": {code, message}}. */
export function decodeRefusal(status: number, body: string): TSVShareError {
  try {
    const { code, message } = JSON.parse(body).error;
    return new TSVShareError(String(code), String(message));
  } catch {
    // What a proxy says while the relay is gone, passes.
    const code = status > 501 && status < 505 ? "unavailable" : NOT_THE_RELAYS;
    return new TSVShareError(code, fill(texts.uploadRefusedHttp, { status }));
  }
}
