import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { LinkState } from "../../../src/link/model.ts";
import type { Point } from "../../../src/protocol/viewer-messages.ts";
import { Pointing, unseenBy } from "../../../src/view/live/pointing.ts";
import { Kernel } from "../../kernel.ts";
import { openViewer } from "../../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const limits = { upload: 1, pointing: 200 };
const link = { ...(new Kernel().get("_link") as LinkState), limits };
const spot = (by: string, row: number) => ({ by, row, column: 1 });

function open() {
  const sent: Point[] = [];
  let changes = 0;
  const pointing = new Pointing(
    (point) => sent.push(point),
    () => changes++,
  );
  return { pointing, rows: () => sent.map(({ row }) => row), changes: () => changes };
}

test("the first spot goes at once, and of those in quick succession the newest", () => {
  const { pointing, rows } = open();
  for (const row of [1, 2, 3]) pointing.point(link, "t1", row, 0);
  assert.deepEqual(rows(), [1]);
  mock.timers.tick(100);
  assert.deepEqual(rows(), [1, 3]);
  mock.timers.tick(500);
  pointing.point(link, "t1", 4, 0);
  assert.deepEqual(rows(), [1, 3, 4]);
});

test("nobody points who looks only, is alone, in a crowd, or does not want to", () => {
  const { pointing, rows } = open();
  for (const change of [
    { role: "look" as const },
    { viewers: 1 },
    { viewers: 201 },
    { limits: { upload: 1 } },
    { status: "stale" as const },
  ])
    pointing.point({ ...link, ...change }, "t1", 1, 0);
  pointing.set(false);
  pointing.point(link, "t1", 1, 0);
  assert.deepEqual(rows(), []);
  assert.equal(unseenBy(link), null);
  assert.equal(unseenBy({ ...link, viewers: 201 }), "many");
});

test("a spot is shown for a moment, the newest of each person, and none of oneself", () => {
  const { pointing, changes } = open();
  const spots = [spot("a", 1), spot("me", 2), spot("b", 3)];
  pointing.receive({ type: "pointing", table: "t1", spots }, "me");
  pointing.receive({ type: "pointing", table: "t1", spots: [spot("a", 4)] }, "me");
  assert.deepEqual(pointing.spotsIn("t1"), [spot("b", 3), spot("a", 4)]);
  assert.deepEqual(pointing.spotsIn("t2"), []);
  const before = changes();
  mock.timers.tick(8000);
  assert.deepEqual(pointing.spotsIn("t1"), []);
  assert.ok(changes() > before);
});

test("spots of another table are forgotten with it", () => {
  const { pointing } = open();
  pointing.show("t1", spot("a", 1));
  pointing.show("t2", spot("b", 2));
  assert.deepEqual(pointing.spotsIn("t1"), []);
  assert.deepEqual(pointing.spotsIn("t2"), [spot("b", 2)]);
});

test("everyone is brought to a row and a column, but who brings stays where they are", async () => {
  const { kernel, viewer } = await openViewer({ limits });
  viewer.here = () => [204, 1];
  await viewer.bringEveryone();
  assert.deepEqual(kernel.asked("op").at(-1)?.set.spot, [204, 1]);
  for (const [by, went] of [
    ["somebody", [204, 1]],
    ["kernel", null],
  ] as const) {
    kernel.by = by;
    kernel.view = { ...kernel.view, brought: kernel.view.brought + 1, spot: [204, 1] };
    kernel.show("bring");
    await Promise.resolve();
    assert.deepEqual(viewer.takeSpot(), went);
  }
  assert.equal(viewer.takeSpot(), null);
});
