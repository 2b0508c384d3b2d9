import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Viewer } from "../../src/view/viewer.ts";
import { settle } from "../kernel.ts";
import { openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const shown = (viewer: Viewer) => viewer.sheet?.page.page;

// --- with the key, following ---

test("with the key and following, a turn is everyone's", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.turnTo(4);
  await settle();
  assert.deepEqual(
    kernel.asked("op").map(({ table, set }) => ({ table, set })),
    [{ table: "t1", set: { page: 4 } }],
  );
  assert.equal(kernel.asked("look").length, 0);
  assert.equal(shown(viewer), 4);
  assert.ok(!viewer.turning);
});

test("the number shows at once, and the old rows until the page comes", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  assert.deepEqual([viewer.page, shown(viewer), viewer.turning], [4, 1, true]);
});

test("rapid clicks do not queue up: the first goes at once, then the newest", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  for (let click = 0; click < 5; click++) viewer.turnTo(viewer.page + 1);
  assert.equal(viewer.page, 6);
  assert.deepEqual(
    kernel.asked("op").map(({ set }) => set.page),
    [2],
  );
  kernel.answers = true;
  kernel.answer(kernel.asked("op")[0] as never);
  await settle();
  assert.deepEqual(
    kernel.asked("op").map(({ set }) => set.page),
    [2, 6],
  );
  assert.equal(shown(viewer), 6);
  assert.ok(!viewer.turning);
});

test("the last page is asked for as the end, whatever its number", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.turnTo(-1);
  await settle();
  assert.deepEqual(kernel.asked("op")[0]?.set, { page: -1 });
  assert.equal(viewer.page, 10);
});

test("a refused turn is told, and the number returns", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  const id = kernel.asked("op")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "stale", message: "replaced" });
  await settle();
  assert.deepEqual([viewer.page, viewer.turning, notices], [1, false, ["stale"]]);
});

test("a page that does not exist is refused before it is sent", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.turnTo(11);
  assert.deepEqual([kernel.asked("op").length, notices], [0, ["no_such_page"]]);
});

test("what others do shows here", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.turn(7);
  await settle();
  assert.deepEqual([viewer.page, shown(viewer)], [7, 7]);
});

test("a turn that gets no answer is given up, and the number returns", async () => {
  const { kernel, viewer, notices } = await openViewer();
  kernel.answers = false;
  viewer.turnTo(4);
  mock.timers.tick(15_000);
  await settle();
  assert.deepEqual([viewer.page, viewer.turning, notices], [1, false, ["timed_out"]]);
});

// --- private ---

test("with Follow off a turn is this viewer's alone", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(4);
  await settle();
  assert.equal(kernel.asked("op").length, 0);
  assert.deepEqual(
    kernel.asked("look").map(({ page, table }) => [page, table]),
    [[4, "t1"]],
  );
  assert.deepEqual([shown(viewer), viewer.document?.view.page, viewer.following], [4, 1, false]);
});

test("others turning does not disturb a private view, and returning is one step", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(4);
  await settle();
  kernel.turn(7);
  await settle();
  assert.equal(shown(viewer), 4);
  viewer.follow(true);
  assert.deepEqual([shown(viewer), viewer.page], [7, 7]);
});

test("without the key, using a control turns Follow off", async () => {
  const { kernel, viewer } = await openViewer({ role: "look" });
  assert.ok(viewer.following);
  viewer.turnTo(2);
  await settle();
  assert.deepEqual([viewer.following, shown(viewer), kernel.asked("op").length], [false, 2, 0]);
});

test("a private page size is private", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.turn(3);
  await settle();
  viewer.follow(false);
  viewer.setPageSize(50);
  await settle();
  assert.equal(kernel.asked("look")[0]?.page_size, 50);
  assert.deepEqual([viewer.view?.page, viewer.view?.n_pages], [5, 20]);
  assert.equal(viewer.document?.view.page_size, 100);
});

test("a new table starts a private view over at page 1, private still, and says so", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.follow(false);
  viewer.setPageSize(50);
  viewer.turnTo(4);
  await settle();
  kernel.replace("t2", 120);
  await settle();
  assert.deepEqual([viewer.following, shown(viewer), viewer.view?.page_size], [false, 1, 50]);
  assert.equal(viewer.sheet?.page.table, "t2");
  assert.equal(viewer.view?.n_pages, 3);
  assert.deepEqual(notices, ["table"]);
});

test("a private view comes back with the table whose replacement was given up", async () => {
  const { kernel, viewer, notices } = await openViewer();
  viewer.follow(false);
  viewer.turnTo(7);
  await settle();
  kernel.replace("t2", 120);
  await settle();
  kernel.replace("t1", 1000);
  await settle();
  assert.deepEqual([viewer.following, viewer.page, shown(viewer)], [false, 7, 7]);
  assert.deepEqual(notices, ["table", "table"]);
});

test("a private view counts what comes, and looks again only where it shows", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.grow(150);
  await settle();
  viewer.follow(false);
  kernel.grow(1000);
  await settle();
  assert.deepEqual([viewer.view?.n_pages, kernel.asked("look").length], [10, 0]);
  viewer.turnTo(-1);
  await settle();
  kernel.grow(1050);
  await settle();
  assert.deepEqual([shown(viewer), viewer.sheet?.height], [11, 50]);
  kernel.grow(1060);
  await settle();
  assert.deepEqual([shown(viewer), viewer.sheet?.height], [11, 60]);
});

test("two views of one model are private each on their own", async () => {
  const { kernel, viewer } = await openViewer();
  const other = new Viewer(kernel);
  await settle();
  viewer.follow(false);
  viewer.turnTo(4);
  other.follow(false);
  other.turnTo(5);
  await settle();
  assert.deepEqual([shown(viewer), shown(other)], [4, 5]);
});
