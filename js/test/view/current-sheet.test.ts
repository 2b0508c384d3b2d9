import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { settle } from "../kernel.ts";
import { openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("columns beyond the first hundred are fetched as they come into sight, once", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.columns = 500;
  kernel.turn(2);
  await settle();
  assert.equal(viewer.sheet?.width, 500);
  viewer.fetchColumns([0, 90]);
  viewer.fetchColumns([250, 259]);
  await settle();
  viewer.fetchColumns([255, 264]);
  await settle();
  assert.deepEqual(
    kernel.asked("look").map(({ page, columns }) => [page, columns]),
    [[2, [200, 300]]],
  );
  assert.equal(viewer.sheet?.cell(0, 250), "100:250");
});
