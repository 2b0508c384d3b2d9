import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { emptyText } from "../../src/bars/empty-state.ts";
import { NARROW, openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("a question that no row fits says so, and what was asked", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.matching = 0;
  await viewer.applyQuery(NARROW);
  const state = emptyText(viewer);
  assert.deepEqual([state?.title, state?.narrow], ["No rows match", true]);
  assert.match(state?.text ?? "", /column 1 contains “a”/);
});
