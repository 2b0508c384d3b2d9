import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Viewer } from "../../src/view/viewer.ts";
import { settle } from "../kernel.ts";
import { openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const shown = (viewer: Viewer) => viewer.sheet?.page.page;

test("a reading is told to everyone as a whole, and done when the table shows it", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  let done = false;
  kernel.answers = false;
  void viewer.reread({ delimiter: "," }).then(() => {
    done = true;
  });
  assert.deepEqual(kernel.asked("op")[0]?.set, { reading: { delimiter: "," } });
  mock.timers.tick(60_000);
  kernel.emit("msg:custom", { type: "beat" });
  await settle();
  assert.ok(!done);
  kernel.answer(kernel.asked("op")[0] as never);
  await settle();
  assert.ok(done);
});

test("a reading that is refused says why, and nothing has changed", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  const reread = viewer.reread({ encoding: "klingon" });
  const id = kernel.asked("op")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "bad_value", message: "no such encoding" });
  await assert.rejects(reread, /no such encoding/);
  assert.equal(shown(viewer), 1);
});

test("waiting for a reading ends with the connection", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  const reread = viewer.reread({});
  kernel.link({ status: "stale", since: 1 });
  await assert.rejects(reread, /connection was lost/);
});

test("a private view looks again at a table that was read anew, on a page that exists", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(9);
  await settle();
  kernel.readAnew(",", 350);
  await settle();
  assert.deepEqual(
    kernel.asked("look").map(({ page }) => page),
    [9, 4],
  );
  assert.deepEqual([viewer.following, shown(viewer), viewer.sheet?.height], [false, 4, 50]);
});
