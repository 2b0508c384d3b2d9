import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { isNewer } from "../../src/link/known.ts";
import type { CustomMessage } from "../../src/link/model-messages.ts";
import { Session } from "../../src/link/session.ts";
import type { RelayMessage, StateMessage, Welcome } from "../../src/protocol/relay-messages.ts";
import { settle } from "../kernel.ts";
import { golden, Relay } from "../relay.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const welcome = golden.relay.welcome as Welcome;
const state = golden.relay["state while growing"] as StateMessage;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function start(key: string | null = KEY) {
  const relay = new Relay();
  const session = new Session({ uuid: "u-1", key, base: "https://a.example/x" }, relay);
  const told: CustomMessage[] = [];
  session.on("msg:custom", ((message: CustomMessage) => told.push(message)) as never);
  return { relay, session, told };
}

function live() {
  const all = start();
  all.relay.last.accept();
  all.relay.last.say(welcome);
  return all;
}

test("it says hello over tsvshare.v1, with the key in the first message and nowhere else", () => {
  const { relay, session } = start();
  assert.equal(relay.last.url, "wss://a.example/x/d/u-1/ws");
  assert.equal(relay.last.protocol, "tsvshare.v1");
  relay.last.accept();
  const cid = session.get("_link")?.cid;
  const hello = { type: "hello", v: 1, cid, key: KEY, name: null, have: null, token: null };
  assert.deepEqual(relay.last.heard, [hello]);
  assert.ok(
    !JSON.stringify(["_state", "_page", "_link"].map((n) => session.get(n as "_link"))).includes(
      KEY,
    ),
  );
});

test("it is who the relay says it is, and proves that when it comes back", () => {
  const { relay, session } = start();
  relay.last.accept();
  relay.last.say({ ...welcome, you: "c-9", token: "t0" });
  assert.equal(session.get("_link")?.cid, "c-9");
  relay.last.drop(1006);
  mock.timers.tick(30_000);
  relay.last.accept();
  const { cid, token } = relay.last.heard[0] as { cid: string; token: string };
  assert.deepEqual([cid, token], ["c-9", "t0"]);
});

test("its hellos have the fields of the golden ones", () => {
  const { relay } = live();
  relay.last.drop(1006);
  mock.timers.tick(30_000);
  relay.last.accept();
  const [first, again] = [relay.connections[0]?.heard[0], relay.last.heard[0]];
  assert.deepEqual(Object.keys(first ?? {}), Object.keys(golden.viewer.hello ?? {}));
  assert.deepEqual((again as { have: unknown }).have, { epoch: welcome.epoch, seq: welcome.seq });
});

test("who was shown no page asks for all of it again", () => {
  const { relay } = live();
  relay.last.say({ ...state, seq: 43, page: null });
  relay.last.drop(1006);
  mock.timers.tick(30_000);
  relay.last.accept();
  assert.equal((relay.last.heard[0] as { have: unknown }).have, null);
});

test("a welcome brings state, page, role, limits and who is there", () => {
  const { session } = live();
  assert.deepEqual(session.get("_state"), {
    epoch: "e1",
    seq: 42,
    by: null,
    event: "welcome",
    state: welcome.state,
  });
  assert.deepEqual(session.get("_page"), welcome.page);
  const link = session.get("_link");
  assert.equal(link?.status, "live");
  assert.equal(link?.role, "edit");
  assert.equal(link?.viewers, 2);
  assert.deepEqual(link?.limits, { upload: 10_000_000_000 });
  assert.equal(link?.view_url, "https://a.example/x/d/u-1");
});

test("the newest snapshot wins within an epoch, and a new epoch replaces all", () => {
  const { relay, session } = live();
  relay.last.say({ ...state, seq: 50 }, { ...state, seq: 49, event: "page" });
  assert.equal(session.get("_state")?.seq, 50);
  assert.equal(session.get("_state")?.event, "growth");
  relay.last.say({ ...state, epoch: "e2", seq: 3 });
  assert.equal(session.get("_state")?.seq, 3);
  assert.ok(!isNewer(session.get("_state"), { epoch: "e2", seq: 3 }));
});

test("only what changed is announced as changed", () => {
  const { relay, session } = live();
  const changes: string[] = [];
  for (const name of ["_state", "_page", "_link"] as const) {
    session.on(`change:${name}`, () => changes.push(name));
  }
  relay.last.say({ type: "presence", viewers: 5, people: [] });
  relay.last.say({ ...state, seq: 43 });
  relay.last.say({ ...state, seq: 43 });
  assert.deepEqual(changes, ["_link", "_state", "_page"]);
  assert.equal(session.get("_link")?.viewers, 5);
});

test("heartbeats are answered", () => {
  const { relay } = live();
  relay.last.say({ type: "hb" });
  assert.deepEqual(relay.last.heard.at(-1), { type: "pong" });
});

test("requests go up as they are and answers come down as they are", () => {
  const { relay, session, told } = live();
  const op = golden.viewer["op page"] as never;
  session.send(op);
  assert.deepEqual(relay.last.heard.at(-1), op);
  for (const name of ["ack", "reject", "page", "cell"])
    relay.last.say(golden.relay[name] as RelayMessage);
  assert.deepEqual(
    told,
    ["ack", "reject", "page", "cell"].map((name) => golden.relay[name]),
  );
});

test("nothing is sent while there is no connection, and whoever asks is told", () => {
  const { relay, session } = live();
  relay.last.drop(1006);
  assert.throws(() => session.send(golden.viewer.look as never), /no connection/);
});

test("hi is answered by the session itself, with the key and without beats", async () => {
  const { session, told } = start();
  session.send({ type: "hi", id: "v:1" });
  await Promise.resolve();
  assert.deepEqual(told, [{ type: "hi", id: "v:1", key: KEY, beat: 0 }]);
});

test("a wrong key is told and stays told; other errors are told once", () => {
  const { relay, session, told } = live();
  relay.last.say({ type: "error", code: "bad_request", message: "what?" });
  assert.equal(session.get("_link")?.message, null);
  relay.last.say(golden.relay.error as RelayMessage);
  assert.equal(session.get("_link")?.message?.code, "wrong_key");
  assert.deepEqual(
    told.map((message) => (message as { code: string }).code),
    ["bad_request", "wrong_key"],
  );
});

test("what was wrong is over when the relay says so", () => {
  const { relay, session } = live();
  relay.last.say({ type: "error", code: "engine_down", message: "nothing can be changed" });
  relay.last.say({ type: "over", code: "wrong_key" });
  assert.equal(session.get("_link")?.message?.code, "engine_down");
  relay.last.say({ type: "over", code: "engine_down" });
  assert.equal(session.get("_link")?.message, null);
});

test("a lost connection is stale since then, keeps what it showed, and comes back unchanged", () => {
  const { relay, session } = live();
  const known = session.get("_state");
  relay.time = 5000;
  relay.last.drop(1006);
  assert.equal(session.get("_link")?.status, "stale");
  assert.equal(session.get("_link")?.since, 5000);
  mock.timers.tick(250);
  relay.time = 6000;
  relay.last.drop(1006);
  assert.equal(session.get("_link")?.since, 5000, "the time of the first loss counts");
  mock.timers.tick(500);
  relay.last.accept();
  relay.last.say(golden.relay["welcome unchanged"] as RelayMessage);
  assert.equal(session.get("_link")?.status, "live");
  assert.equal(session.get("_link")?.since, null);
  assert.equal(session.get("_state"), known);
});

test("it tries for ever", () => {
  const { relay } = live();
  for (let attempt = 0; attempt < 40; attempt++) {
    relay.last.drop(1006);
    mock.timers.tick(15_000);
    assert.equal(relay.connections.length, attempt + 2);
  }
});

test("it tries at once when the network or the person is back, but not twice", () => {
  const { relay, session } = live();
  session.wake();
  assert.equal(relay.connections.length, 1);
  relay.last.drop(1006);
  session.wake();
  session.wake();
  mock.timers.tick(60_000 - 25_001);
  assert.equal(relay.connections.length, 2);
});

test("silence beyond the heartbeat and ten seconds is a lost connection", () => {
  const { relay, session } = live();
  mock.timers.tick(34_000);
  relay.last.say({ type: "hb" });
  mock.timers.tick(34_000);
  assert.equal(session.get("_link")?.status, "live");
  const silent = relay.last;
  mock.timers.tick(1_000);
  assert.equal(session.get("_link")?.status, "stale");
  assert.ok(!silent.open);
  silent.say({ ...state, seq: 99 });
  assert.equal(session.get("_state")?.seq, 42, "a connection given up is not listened to");
});

test("after a final close it says that the document is gone and stays away", () => {
  const { relay, session } = live();
  relay.last.drop(4504);
  assert.equal(session.get("_link")?.status, "gone");
  mock.timers.tick(120_000);
  assert.equal(relay.connections.length, 1);
  assert.equal(session.get("_state")?.seq, 42);
});

test("a relay of another version is left for good, whatever else its welcome has", () => {
  for (const strange of [
    { ...welcome, v: 2 },
    { type: "welcome", v: 2 },
  ]) {
    const { relay, session } = start();
    relay.last.accept();
    relay.last.say(strange as Welcome);
    assert.equal(relay.last.open, false);
    assert.equal(session.get("_link")?.status, "gone");
    assert.equal(session.get("_link")?.message?.code, "wrong_version");
    assert.equal(session.get("_state"), null);
    mock.timers.tick(120_000);
    assert.equal(relay.connections.length, 1);
  }
});

test("a relay that refuses this version is left for good, with the reason it gave", () => {
  const { relay, session } = start();
  relay.last.accept();
  relay.last.say({ type: "error", code: "wrong_version", message: "version 2 here" });
  relay.last.drop(4510);
  assert.equal(session.get("_link")?.status, "gone");
  assert.equal(session.get("_link")?.message?.message, "version 2 here");
});

test("closed by its owner it does not come back", () => {
  const { relay, session } = live();
  session.close();
  relay.last.drop(1000);
  mock.timers.tick(120_000);
  assert.equal(relay.connections.length, 1);
});

test("a page without its live connection says after a while what is in the way", async () => {
  const { relay, session } = start();
  mock.timers.tick(5_900);
  await settle();
  assert.equal(session.get("_link")?.message, null);
  mock.timers.tick(200);
  await settle();
  const { code, message } = session.get("_link")?.message ?? {};
  assert.equal(code, "no_websocket");
  assert.match(message ?? "", /https:\/\/a\.example\/x answers.*proxy.*Upgrade/);
  relay.last.accept();
  relay.last.say(welcome);
  assert.equal(session.get("_link")?.message, null);
});

test("a relay that answers nothing at all is what is in the way", async () => {
  const { relay, session } = start();
  relay.reachable = false;
  mock.timers.tick(6_000);
  await settle();
  assert.match(session.get("_link")?.message?.message ?? "", /does not answer/);
});

test("a connection that is there in time has nothing in its way", async () => {
  const { session } = live();
  mock.timers.tick(6_000);
  await settle();
  assert.equal(session.get("_link")?.message, null);
});

// --- links that are taken back, and documents that move ------------------------------------------

const NEW = "00112233445566778899aabbccddeeff";
const LOOK = "ffeeddccbbaa99887766554433221100";
const renewed = { look: "key", ends: null } as const;

test("new links are asked for with a new key, which the page goes on with", () => {
  const { relay, session, told } = live();
  session.send({ type: "access", id: "v:1", key: NEW });
  relay.last.say({ type: "access", id: "v:1", access: renewed, look_key: LOOK });
  assert.deepEqual(relay.keys, [NEW]);
  const keys = told.find((message) => message.type === "hi");
  assert.deepEqual(keys, { type: "hi", id: "", key: NEW, look_key: LOOK, beat: 0 });
  relay.last.say({ ...state, seq: state.seq + 1, access: renewed });
  assert.deepEqual(session.get("_link")?.access, renewed);
  relay.last.drop(1006);
  mock.timers.tick(30_000);
  relay.last.accept();
  assert.equal((relay.last.heard[0] as { key: string }).key, NEW);
});

test("a new key counts also where its answer was lost", () => {
  const { relay, session } = live();
  session.send({ type: "access", id: "v:1", key: NEW });
  relay.last.drop(1006);
  mock.timers.tick(30_000);
  relay.last.accept();
  relay.last.drop(4503);
  relay.last.accept();
  assert.equal((relay.last.heard[0] as { key: string }).key, NEW);
  assert.deepEqual(relay.keys, [NEW]);
});

test("who is put out keeps why, and does not come back", () => {
  for (const code of ["revoked", "deleted"]) {
    const { relay, session } = live();
    relay.last.say({ type: "error", code, message: "why" });
    relay.last.drop(4503);
    mock.timers.tick(60_000);
    assert.equal(relay.connections.length, 1);
    const link = session.get("_link");
    assert.deepEqual([link?.status, link?.message], ["gone", { code, message: "why" }]);
  }
});

test("a page follows its document to another relay", () => {
  const { relay } = live();
  relay.last.say({ type: "moved", base: "https://b.example", uuid: "u-2" });
  assert.deepEqual(relay.went, ["https://b.example/d/u-2"]);
});
