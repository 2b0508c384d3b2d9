// What the messages of tsvshare.v1 have in common; viewer-messages.ts and relay-messages.ts have
// the messages themselves.

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = "tsvshare.v1";

/** Close codes of the relay. */
export const CLOSE = {
  GOING_AWAY: 4001,
  SLOW: 4008,
  NO_PONG: 4012,
  NO_HELLO: 4013,
  FULL: 4014,
  REVOKED: 4503,
  GONE: 4504,
  MOVED: 4505,
  PROTOCOL: 4509,
  VERSION: 4510,
};
/** Whether a close code says that reconnecting is of no use: those from 4500 on. */
export const isFinal = (code: number): boolean => code >= 4500 && code < 5000;
