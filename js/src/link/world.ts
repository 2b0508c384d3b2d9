// What a session needs of the browser around it.

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
export const BLOCKED_SECONDS = 6;

export const browserWorld: World = {
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
