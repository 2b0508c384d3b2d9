import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { bannerText } from "../../src/bars/notices.ts";
import { Viewer } from "../../src/view/viewer.ts";
import { Kernel, settle } from "../kernel.ts";
import { openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const shown = (viewer: Viewer) => viewer.sheet?.page.page;

test("a kernel that answers is alive; one that falls silent is gone", async () => {
  const { kernel, viewer } = await openViewer();
  assert.equal(viewer.connection, "live");
  for (let beat = 0; beat < 5; beat++) {
    mock.timers.tick(20_000);
    kernel.emit("msg:custom", { type: "beat" });
  }
  assert.equal(viewer.connection, "live");
  mock.timers.tick(25_000);
  assert.equal(viewer.connection, "detached");
  kernel.emit("msg:custom", { type: "beat" });
  assert.equal(viewer.connection, "live");
});

test("what never came of what the kernel sent is asked for again", async () => {
  const { kernel } = await openViewer();
  const { seq } = kernel;
  const greetings = () => kernel.asked("hi").map((hi) => hi.seq);
  assert.deepEqual(greetings(), [undefined]);
  kernel.emit("msg:custom", { type: "beat" });
  kernel.emit("msg:custom", { type: "beat", seq });
  kernel.emit("msg:custom", { type: "beat", seq: seq + 1 });
  assert.deepEqual(greetings(), [undefined, seq]);
});

test("without a kernel it shows what the traits hold and says so after five seconds", async () => {
  const kernel = new Kernel();
  kernel.answers = false;
  const viewer = new Viewer(kernel);
  assert.deepEqual([shown(viewer), viewer.connection], [1, "connecting"]);
  mock.timers.tick(5_000);
  assert.equal(viewer.connection, "detached");
  assert.equal(shown(viewer), 1);
});

test("a busy kernel that beats but has not answered is alive, and its key not known", async () => {
  const kernel = new Kernel();
  kernel.answers = false;
  const viewer = new Viewer(kernel);
  kernel.emit("msg:custom", { type: "beat" });
  mock.timers.tick(6_000);
  assert.deepEqual([viewer.connection, viewer.liveness.key], ["live", undefined]);
  kernel.answer(kernel.asked("hi")[0] as never);
  await settle();
  assert.equal(viewer.liveness.key, "k");
});

test("what waits when the connection is lost is given up at once", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  kernel.link({ status: "stale", since: 1 });
  await settle();
  assert.deepEqual([viewer.page, viewer.turning, viewer.connection], [1, false, "stale"]);
  assert.deepEqual(notices, ["unavailable"]);
});

test("a private view looks again when the connection is back", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(4);
  await settle();
  kernel.link({ status: "stale" });
  await settle();
  kernel.link({ status: "live" });
  await settle();
  assert.deepEqual(
    kernel.asked("look").map(({ page }) => page),
    [4, 4],
  );
});

test("errors without an id are told", async () => {
  const { kernel, notices } = await openViewer();
  kernel.emit("msg:custom", { type: "error", code: "bad_table", message: "not text" });
  assert.deepEqual(notices, ["bad_table"]);
});

test("a closed view hears nothing more", async () => {
  const { kernel, viewer, notices } = await openViewer();
  let changes = 0;
  viewer.onchange = () => changes++;
  viewer.close();
  kernel.turn(5);
  kernel.emit("msg:custom", { type: "error", code: "x", message: "y" });
  await settle();
  assert.deepEqual([changes, notices], [0, []]);
});

test("a kernel that the host says has ended is gone at once, whatever still comes", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.liveness.end();
  assert.equal(viewer.connection, "detached");
  kernel.emit("msg:custom", { type: "beat" });
  assert.equal(viewer.connection, "detached");
});

test("where there is a reason to doubt, a kernel is asked, and gone after two seconds", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.liveness.doubt();
  await settle();
  mock.timers.tick(2_500);
  assert.equal(viewer.connection, "live");
  kernel.answers = false;
  viewer.liveness.doubt();
  mock.timers.tick(2_000);
  assert.equal(viewer.connection, "detached");
});

test("while a kernel moves to another relay, what it was asked itself is waited for", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  const asked = (promise: Promise<unknown>) =>
    promise.then(
      () => "done",
      (error) => error.code,
    );
  const [moved, looked] = [
    asked(viewer.requests.way("publish")),
    asked(viewer.requests.look({ table: "t1", query: {}, page: 2, page_size: 10 } as never)),
  ];
  kernel.link({ status: "stale" });
  assert.equal(await looked, "unavailable");
  const { id } = kernel.sent.find(({ type }) => type === "way") as { id: string };
  kernel.emit("msg:custom", { type: "done", id });
  assert.equal(await moved, "done");
  const gone = asked(viewer.requests.way("publish"));
  viewer.liveness.end();
  assert.equal(await gone, "unavailable");
});

test("a kernel that takes nothing in is said to; what was asked waits, and is done in the end", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  mock.timers.tick(2_000);
  assert.equal(viewer.held, false);
  mock.timers.tick(1_000);
  assert.equal(viewer.held, true);
  assert.match(bannerText(viewer)?.text ?? "", /running a cell .* by the link above/);
  for (let beat = 0; beat < 6; beat++) {
    mock.timers.tick(10_000);
    kernel.emit("msg:custom", { type: "beat" });
    await settle();
  }
  assert.deepEqual([viewer.held, viewer.page, shown(viewer), notices], [true, 4, 1, []]);
  for (const request of kernel.sent) kernel.answer(request);
  await settle();
  assert.deepEqual([viewer.held, shown(viewer), notices], [false, 4, []]);
  assert.equal(bannerText(viewer), null);
});

test("a relay that takes long is not taken for a kernel that takes nothing in", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  for (let second = 0; second < 14; second++) {
    mock.timers.tick(1_000);
    for (const request of kernel.asked("hi")) kernel.answer(request as never);
    await settle();
    assert.equal(viewer.held, false);
  }
  mock.timers.tick(1_000);
  await settle();
  assert.deepEqual(notices, ["timed_out"]);
});

test("a page that waits while the kernel is held is given up with the kernel", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  mock.timers.tick(2_000);
  mock.timers.tick(1_000);
  assert.equal(viewer.held, true);
  mock.timers.tick(30_000);
  await settle();
  assert.deepEqual([viewer.held, viewer.connection, viewer.page], [false, "detached", 1]);
  assert.deepEqual(notices, ["unavailable"]);
});
