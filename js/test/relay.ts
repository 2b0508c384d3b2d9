// A scripted relay for the tests of the session: it keeps what viewers send and says what it is
// told to say. Golden messages are shared with the Python tests.
import { readFileSync } from "node:fs";
import type { World } from "../src/link/world.ts";
import type { RelayMessage } from "../src/protocol/relay-messages.ts";
import type { ViewerMessage } from "../src/protocol/viewer-messages.ts";

const path = new URL("../../tests/golden/protocol.json", import.meta.url);
export const golden = JSON.parse(readFileSync(path, "utf8")) as {
  relay: Record<string, RelayMessage>;
  viewer: Record<string, ViewerMessage>;
};

/** One connection, seen from the relay. */
export class Connection {
  readonly url: string;
  readonly protocol: string;
  readonly heard: ViewerMessage[] = [];
  open = false;
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
  }

  accept(): void {
    this.open = true;
    this.onopen();
  }

  say(...messages: RelayMessage[]): void {
    for (const message of messages) this.onmessage({ data: JSON.stringify(message) });
  }

  drop(code: number): void {
    this.open = false;
    this.onclose({ code });
  }

  // What a session does with a WebSocket.
  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }

  close(): void {
    this.open = false;
  }
}

export class Relay implements World {
  readonly connections: Connection[] = [];
  time = 1000;
  luck = 0.5;

  get last(): Connection {
    return this.connections.at(-1) as Connection;
  }

  connect(url: string, protocol: string): WebSocket {
    const connection = new Connection(url, protocol);
    this.connections.push(connection);
    return connection as unknown as WebSocket;
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return this.luck;
  }

  /** Whether it answers over HTTP. */
  reachable = true;

  /** Where the page went, and the keys that its address had. */
  readonly went: string[] = [];
  readonly keys: string[] = [];

  go(url: string): void {
    this.went.push(url);
  }

  renew(key: string): void {
    this.keys.push(key);
  }

  async answers(): Promise<boolean> {
    return this.reachable;
  }
}
