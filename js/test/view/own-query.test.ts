import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { queryProgressText } from "../../src/bars/query-progress.ts";
import { settle } from "../kernel.ts";
import { NARROW, openViewer, SORTED } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("with Follow off a question is this viewer's alone", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery(NARROW);
  assert.equal(kernel.asked("op").length, 0);
  assert.deepEqual([viewer.view?.n_rows, viewer.view?.of_rows], [120, 1000]);
  assert.deepEqual(viewer.document?.view.query, {});
  viewer.turnTo(2);
  await settle();
  assert.deepEqual(kernel.asked("look").at(-1)?.query, NARROW);
  assert.equal(viewer.sheet?.height, 20);
});

test("without the key, asking turns Follow off", async () => {
  const { kernel, viewer } = await openViewer({ role: "look" });
  await viewer.applyQuery(SORTED);
  assert.deepEqual([viewer.following, kernel.asked("op").length], [false, 0]);
});

test("a newer question of one's own gives up the older one; its answer changes nothing", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.follow(false);
  kernel.answers = false;
  viewer.submitQuery(SORTED);
  const [older] = kernel.asked("look");
  viewer.submitQuery(NARROW);
  assert.deepEqual(kernel.asked("cancel"), [{ type: "cancel", id: older?.id }]);
  assert.ok(!viewer.turnable);
  kernel.answer(kernel.asked("look")[1] as never);
  kernel.answer(older as never);
  await settle();
  assert.deepEqual([viewer.query, viewer.view?.n_rows, notices], [NARROW, 120, []]);
});

test("progress of one's own question shows, and it can be stopped", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  kernel.answers = false;
  viewer.submitQuery(SORTED);
  const id = kernel.asked("look")[0]?.id as string;
  kernel.emit("msg:custom", { type: "progress", id, done: 0.25 });
  assert.deepEqual(
    [queryProgressText(viewer)?.done, queryProgressText(viewer)?.mine],
    [0.25, true],
  );
  viewer.cancelQuery();
  await settle();
  assert.deepEqual([viewer.query, viewer.turnable], [{}, true]);
});

test("blocks of columns are asked for in the question's order", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.columns = 300;
  viewer.follow(false);
  await viewer.applyQuery(SORTED);
  assert.equal(viewer.sheet?.width, 300);
  viewer.fetchColumns([150]);
  await settle();
  assert.deepEqual(kernel.asked("look").at(-1)?.query, SORTED);
});

test("one's own question shows from its first page, whatever was looked at before", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(-1);
  await settle();
  await viewer.applyQuery(NARROW);
  assert.deepEqual([viewer.page, viewer.view?.stick], [1, false]);
  await viewer.bringEveryone();
  assert.equal(kernel.asked("op").at(-1)?.set.page, 1);
});

test("one's own question stays at its page, or its end, when the table is read anew", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery(SORTED);
  viewer.turnTo(9);
  await settle();
  kernel.readAnew("\t", 350, 1);
  await settle();
  assert.deepEqual([viewer.page, viewer.sheet?.page.page, viewer.view?.n_pages], [4, 4, 4]);
  viewer.turnTo(-1);
  await settle();
  kernel.readAnew("\t", 700, 2);
  await settle();
  assert.deepEqual([viewer.page, viewer.sheet?.page.page, viewer.view?.stick], [7, 7, true]);
});

test("a new table keeps one's own question as far as it has the columns", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery({ ...NARROW, sort: [{ column: 2 }] });
  viewer.turnTo(2);
  kernel.replace("t2", 300);
  await settle();
  const asked = { ...NARROW, sort: [{ column: 2 }], search: "" };
  assert.deepEqual([viewer.query, viewer.page, viewer.following], [asked, 1, false]);
  kernel.columns = 1;
  kernel.replace("t3", 300);
  await settle();
  assert.deepEqual([viewer.query, viewer.following], [{ ...asked, sort: [] }, false]);
  assert.deepEqual(notices, ["table", "table", "not_found"]);
});

test("a reading that is changed keeps a question as far as its columns are there", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery({ sort: [{ column: 2 }, { column: 0 }] });
  kernel.columns = 1;
  kernel.readAnew("\t", 350, 1);
  await settle();
  assert.deepEqual(viewer.view?.query.sort, [{ column: 0 }]);
  kernel.readAnew(",", 350);
  await settle();
  assert.equal(viewer.view?.query.sort, undefined, "split otherwise, it is another column");
});

test("rows that come are taken into one's own question, not at every one of them", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery(NARROW);
  const before = kernel.asked("look").length;
  for (const rows of [1001, 1002, 1003]) kernel.grow(rows);
  kernel.matching = 121;
  await settle();
  assert.equal(kernel.asked("look").length, before);
  mock.timers.tick(2000);
  await settle();
  assert.equal(kernel.asked("look").length, before + 1);
  assert.equal(viewer.view?.n_rows, 121);
});

test("the rows of the file are counted for a private view though everyone's is filtered", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  kernel.view = { ...kernel.view, query: NARROW, n_rows: 120, n_pages: 2 };
  kernel.show("query");
  await settle();
  assert.deepEqual([viewer.view?.n_rows, viewer.view?.n_pages], [1000, 10]);
});
