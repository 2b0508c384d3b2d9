import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { settle } from "../kernel.ts";
import { NARROW, openViewer, sets } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("who looks around is told to the others, and that they are back", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery(NARROW);
  mock.timers.tick(1000);
  const at = { page: 1, n_pages: 2, own_query: true };
  assert.deepEqual(kernel.asked("me").at(-1), { type: "me", name: null, at });
  viewer.follow(true);
  await settle();
  mock.timers.tick(1000);
  assert.deepEqual(kernel.asked("me").at(-1)?.at, null);
});

test("an editor brings everyone to what they see, and follows again", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.follow(false);
  await viewer.applyQuery(NARROW);
  viewer.turnTo(2);
  await settle();
  await viewer.bringEveryone();
  const place = { page: 2, page_size: 100 };
  const asked = { sort: [], filters: NARROW.filters, search: "", bring: true };
  assert.deepEqual(sets(kernel), [{ ...place, ...asked }]);
  assert.deepEqual(
    [viewer.following, viewer.page, viewer.query.filters],
    [true, 2, NARROW.filters],
  );
  assert.deepEqual(notices, []);
});

test("whoever looks around comes along when everyone is brought somewhere", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(5);
  await settle();
  kernel.view = { ...kernel.view, page: 3, brought: 9 };
  kernel.by = "c-9";
  kernel.show("bring");
  await settle();
  assert.deepEqual([viewer.following, viewer.page, notices], [true, 3, ["brought"]]);
});

test("a link to a view starts there, alone, and follows with one step", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.startAt({ page: 2, page_size: 50, query: NARROW, names: {} });
  await settle();
  const look = kernel.asked("look")[0];
  assert.deepEqual(
    [look?.page, look?.page_size, look?.query],
    [2, 50, { sort: [], ...NARROW, search: "" }],
  );
  assert.deepEqual([viewer.following, viewer.page, viewer.view?.page_size], [false, 2, 50]);
  viewer.follow(true);
  assert.deepEqual([viewer.page, viewer.query], [1, {}]);
});

test("a link to a view that is not there says so and shows the table", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.startAt({ page: 99, page_size: 50, query: {}, names: {} });
  await settle();
  const id = kernel.asked("look")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "no_such_page", message: "no" });
  await settle();
  assert.deepEqual([notices, viewer.sheet?.page.page], [["no_such_page"], 1]);
});

test("a link to a view asks about columns by their names, and says which are not there", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.startAt({ page: 2, page_size: 50, query: NARROW, names: { 0: "gone" } });
  await settle();
  const { id = "", text } = kernel.asked("columns")[0] ?? {};
  assert.equal(text, "gone");
  kernel.emit("msg:custom", { type: "columns", id, total: 1, found: [[2, "goner"]] });
  await settle();
  const look = kernel.asked("look")[0];
  assert.deepEqual([look?.page, look?.query], [1, { sort: [], filters: [], search: "" }]);
  assert.deepEqual([notices, viewer.following], [["not_found"], false]);
});

test("undo names the table to bring back", async () => {
  const { kernel, viewer } = await openViewer();
  await viewer.undo();
  assert.equal(kernel.asked("op").length, 0);
  kernel.undo = { table: "t0", name: "old.tsv", rows: 3, until: 1 };
  kernel.show("complete");
  await viewer.undo();
  assert.deepEqual(sets(kernel), [{ undo: "t0" }]);
});
