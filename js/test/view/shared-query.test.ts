import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { queryProgressText } from "../../src/bars/query-progress.ts";
import { settle } from "../kernel.ts";
import { NARROW, openViewer, SORTED, sets } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("with the key and following, a question is everyone's", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.turn(4);
  await viewer.applyQuery(NARROW);
  assert.deepEqual(sets(kernel), [{ filters: NARROW.filters }]);
  assert.deepEqual([viewer.page, viewer.view?.n_rows, viewer.view?.of_rows], [1, 120, 1000]);
  assert.equal(viewer.pendingQuery, null);
});

test("what is asked shows at once, the rows of before until the new ones are here", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  viewer.submitQuery(NARROW);
  assert.deepEqual([viewer.query, viewer.view?.n_rows], [NARROW, 1000]);
  assert.equal(queryProgressText(viewer), null);
  mock.timers.tick(500);
  assert.match(queryProgressText(viewer)?.text ?? "", /^Filtering/);
  assert.equal(queryProgressText(viewer)?.mine, true);
});

test("a newer question goes at once and says only what it changes", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  viewer.submitQuery(SORTED);
  viewer.submitQuery({ ...viewer.query, ...NARROW });
  assert.deepEqual(sets(kernel), [{ sort: SORTED.sort }, { filters: NARROW.filters }]);
  assert.deepEqual(viewer.query, { ...SORTED, ...NARROW });
});

test("pages can be turned while everyone's question is on its way", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  viewer.submitQuery(SORTED);
  assert.ok(viewer.turnable);
  viewer.turnTo(2);
  assert.deepEqual(sets(kernel).at(-1), { page: 2 });
});

test("a question that is cancelled is quiet, and what was asked before shows", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.submitQuery(SORTED);
  viewer.cancelQuery();
  await settle();
  assert.deepEqual(kernel.asked("cancel"), [{ type: "cancel", id: kernel.asked("op")[0]?.id }]);
  assert.deepEqual([viewer.query, viewer.pendingQuery, notices], [{}, null, []]);
});

test("a question that is refused is refused to whoever asked", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  const asked = viewer.applyQuery(NARROW);
  const id = kernel.asked("op")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "too_slow", message: "too slow" });
  await assert.rejects(asked, /too slow/);
  assert.deepEqual(viewer.query, {});
});

test("what others ask is told as theirs while it takes long", async () => {
  const people = [{ cid: "c-9", role: "edit", name: "Ada", at: null } as const];
  const { kernel, viewer } = await openViewer({ people });
  kernel.link({ working: { by: "c-9", query: SORTED, done: 0.5 } });
  assert.deepEqual(queryProgressText(viewer), {
    text: `Ada: Sorting ${(1000).toLocaleString()} rows…`,
    done: 0.5,
    mine: false,
  });
  viewer.follow(false);
  assert.equal(queryProgressText(viewer), null);
});
