// Sessions and their waits as Python has them too: the cases in tests/golden/session.json.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Backoff } from "../../src/link/backoff.ts";
import { isNewer } from "../../src/link/known.ts";
import { Session } from "../../src/link/session.ts";
import type { StateMessage, Welcome } from "../../src/protocol/relay-messages.ts";
import type { Position, Snapshot } from "../../src/protocol/state.ts";
import { contract } from "../contracts.ts";
import { golden, Relay } from "../relay.ts";

interface Event {
  /** With the state at a seq; null: nothing has changed. */
  welcome?: number | null;
  state?: number;
  bye?: number;
  /** With a close code; null: the relay could not be reached. */
  lost?: number | null;
  at?: number;
  random?: number;
  wait?: number | null;
  shows?: { status: string; since: number | null; viewers: number; have: number | null };
}

const cases = contract<{
  newer: { known: Position | null; next: Position; newer: boolean }[];
  sessions: { name: string; at_once: boolean; events: Event[] }[];
}>("session");
// A plain page is never on its own kernel's relay.
const sessions = cases.sessions.filter(({ at_once }) => !at_once);

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("the newest position wins within an epoch", () => {
  for (const { known, next, newer } of cases.newer) {
    assert.equal(isNewer(known as Snapshot | null, next), newer);
  }
});

for (const { name, events } of sessions) {
  test(`waits: ${name}`, () => {
    const backoff = new Backoff();
    for (const { welcome, bye, lost, random = 0, wait } of events) {
      if (welcome !== undefined) backoff.startAnew();
      if (bye !== undefined) backoff.nameWait(bye / 1000);
      if (lost === undefined || wait === null) continue;
      assert.equal(backoff.nextWait(random), wait);
    }
  });

  test(`session: ${name}`, () => {
    const relay = new Relay();
    const link = { uuid: "u-1", key: null, base: "http://a.example" };
    const session = new Session(link, relay);
    for (const event of events) {
      if (event.lost === undefined) say(relay, session, event);
      else lose(relay, event);
      if (event.shows === undefined) continue;
      const { status, since = null, viewers } = session.get("_link") ?? {};
      const have = session.get("_state")?.seq ?? null;
      const shows = { status, since: since && since / 1000, viewers, have };
      assert.deepEqual(shows, event.shows);
    }
    session.close();
  });
}

function say(relay: Relay, session: Session, { welcome, state, bye }: Event): void {
  if (!relay.last.open) relay.last.accept();
  const news = golden.relay["state while growing"] as StateMessage;
  const seq = session.get("_state")?.seq ?? 0;
  if (welcome === null) relay.last.say({ ...(golden.relay["welcome unchanged"] as Welcome), seq });
  else if (welcome) relay.last.say({ ...(golden.relay.welcome as Welcome), seq: welcome });
  if (state) relay.last.say({ ...news, seq: state });
  if (bye !== undefined) relay.last.say({ type: "bye", code: 4001, retry_ms: bye });
}

/** Lose the connection, and see that the next one comes when it should and not before. */
function lose(relay: Relay, { lost, at = 1, random = 0, wait = null }: Event): void {
  const before = relay.connections.length;
  relay.luck = random;
  relay.time = at * 1000;
  relay.last.drop(lost ?? 1006);
  if (wait === null) mock.timers.tick(4_000_000);
  else if (wait > 0) mock.timers.tick(wait * 1000 - 1);
  assert.equal(relay.connections.length, before);
  if (wait === null) return;
  mock.timers.tick(1);
  assert.equal(relay.connections.length, before + 1);
}
