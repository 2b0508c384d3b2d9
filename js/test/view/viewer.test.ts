import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { LinkState } from "../../src/link/model.ts";
import { Viewer } from "../../src/view/viewer.ts";
import { Kernel, settle } from "../kernel.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

async function open(link: Partial<LinkState> = {}) {
  const kernel = new Kernel(link);
  const viewer = new Viewer(kernel);
  const notices: string[] = [];
  viewer.onnotice = ({ code }) => notices.push(code);
  await settle();
  return { kernel, viewer, notices };
}

const shown = (viewer: Viewer) => viewer.sheet?.page.page;

// --- pure ---

// --- with the key, following ---

test("with the key and following, a turn is everyone's", async () => {
  const { kernel, viewer } = await open();
  viewer.turn(4);
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
  const { kernel, viewer } = await open();
  kernel.answers = false;
  viewer.turn(4);
  assert.deepEqual([viewer.page, shown(viewer), viewer.turning], [4, 1, true]);
});

test("rapid clicks do not queue up: the first goes at once, then the newest", async () => {
  const { kernel, viewer } = await open();
  kernel.answers = false;
  for (let click = 0; click < 5; click++) viewer.turn(viewer.page + 1);
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
  const { kernel, viewer } = await open();
  viewer.turn(-1);
  await settle();
  assert.deepEqual(kernel.asked("op")[0]?.set, { page: -1 });
  assert.equal(viewer.page, 10);
});

test("a refused turn is told, and the number returns", async () => {
  const { kernel, viewer, notices } = await open();
  kernel.answers = false;
  viewer.turn(4);
  const id = kernel.asked("op")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "stale", message: "replaced" });
  await settle();
  assert.deepEqual([viewer.page, viewer.turning, notices], [1, false, ["stale"]]);
});

test("a page that does not exist is refused before it is sent", async () => {
  const { kernel, viewer, notices } = await open();
  viewer.turn(11);
  assert.deepEqual([kernel.asked("op").length, notices], [0, ["no_such_page"]]);
});

test("what others do shows here", async () => {
  const { kernel, viewer } = await open();
  kernel.turn(7);
  await settle();
  assert.deepEqual([viewer.page, shown(viewer)], [7, 7]);
});

test("a turn that gets no answer is given up, and the number returns", async () => {
  const { kernel, viewer, notices } = await open();
  kernel.answers = false;
  viewer.turn(4);
  mock.timers.tick(15_000);
  await settle();
  assert.deepEqual([viewer.page, viewer.turning, notices], [1, false, ["timed_out"]]);
});

// --- private ---

test("with Follow off a turn is this viewer's alone", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  viewer.turn(4);
  await settle();
  assert.equal(kernel.asked("op").length, 0);
  assert.deepEqual(
    kernel.asked("look").map(({ page, table }) => [page, table]),
    [[4, "t1"]],
  );
  assert.deepEqual([shown(viewer), viewer.document?.view.page, viewer.following], [4, 1, false]);
});

test("others turning does not disturb a private view, and returning is one step", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  viewer.turn(4);
  await settle();
  kernel.turn(7);
  await settle();
  assert.equal(shown(viewer), 4);
  viewer.follow(true);
  assert.deepEqual([shown(viewer), viewer.page], [7, 7]);
});

test("without the key, using a control turns Follow off", async () => {
  const { kernel, viewer } = await open({ role: "look" });
  assert.ok(viewer.following);
  viewer.turn(2);
  await settle();
  assert.deepEqual([viewer.following, shown(viewer), kernel.asked("op").length], [false, 2, 0]);
});

test("a private page size is private", async () => {
  const { kernel, viewer } = await open();
  kernel.turn(3);
  await settle();
  viewer.follow(false);
  viewer.resize(50);
  await settle();
  assert.equal(kernel.asked("look")[0]?.page_size, 50);
  assert.deepEqual([viewer.view?.page, viewer.view?.n_pages], [5, 20]);
  assert.equal(viewer.document?.view.page_size, 100);
});

test("a new table starts a private view over at page 1, private still, and says so", async () => {
  const { kernel, viewer, notices } = await open();
  viewer.follow(false);
  viewer.resize(50);
  viewer.turn(4);
  await settle();
  kernel.replace("t2", 120);
  await settle();
  assert.deepEqual([viewer.following, shown(viewer), viewer.view?.page_size], [false, 1, 50]);
  assert.equal(viewer.sheet?.page.table, "t2");
  assert.equal(viewer.view?.n_pages, 3);
  assert.deepEqual(notices, ["table"]);
});

test("a private view comes back with the table whose replacement was given up", async () => {
  const { kernel, viewer, notices } = await open();
  viewer.follow(false);
  viewer.turn(7);
  await settle();
  kernel.replace("t2", 120);
  await settle();
  kernel.replace("t1", 1000);
  await settle();
  assert.deepEqual([viewer.following, viewer.page, shown(viewer)], [false, 7, 7]);
  assert.deepEqual(notices, ["table", "table"]);
});

test("a private view counts what comes, and looks again only where it shows", async () => {
  const { kernel, viewer } = await open();
  kernel.grow(150);
  await settle();
  viewer.follow(false);
  kernel.grow(1000);
  await settle();
  assert.deepEqual([viewer.view?.n_pages, kernel.asked("look").length], [10, 0]);
  viewer.turn(-1);
  await settle();
  kernel.grow(1050);
  await settle();
  assert.deepEqual([shown(viewer), viewer.sheet?.height], [11, 50]);
  kernel.grow(1060);
  await settle();
  assert.deepEqual([shown(viewer), viewer.sheet?.height], [11, 60]);
});

test("two views of one model are private each on their own", async () => {
  const { kernel, viewer } = await open();
  const other = new Viewer(kernel);
  await settle();
  viewer.follow(false);
  viewer.turn(4);
  other.follow(false);
  other.turn(5);
  await settle();
  assert.deepEqual([shown(viewer), shown(other)], [4, 5]);
});

// --- reading anew ---

test("a reading is told to everyone as a whole, and done when the table shows it", async () => {
  const { kernel, viewer } = await open();
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
  const { kernel, viewer } = await open();
  kernel.answers = false;
  const reread = viewer.reread({ encoding: "klingon" });
  const id = kernel.asked("op")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "bad_value", message: "no such encoding" });
  await assert.rejects(reread, /no such encoding/);
  assert.equal(shown(viewer), 1);
});

test("waiting for a reading ends with the connection", async () => {
  const { kernel, viewer } = await open();
  kernel.answers = false;
  const reread = viewer.reread({});
  kernel.link({ status: "stale", since: 1 });
  await assert.rejects(reread, /connection was lost/);
});

test("a private view looks again at a table that was read anew, on a page that exists", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  viewer.turn(9);
  await settle();
  kernel.readAnew(",", 350);
  await settle();
  assert.deepEqual(
    kernel.asked("look").map(({ page }) => page),
    [9, 4],
  );
  assert.deepEqual([viewer.following, shown(viewer), viewer.sheet?.height], [false, 4, 50]);
});

// --- wide tables ---

test("columns beyond the first hundred are fetched as they come into sight, once", async () => {
  const { kernel, viewer } = await open();
  kernel.columns = 500;
  kernel.turn(2);
  await settle();
  assert.equal(viewer.sheet?.width, 500);
  viewer.need([0, 90]);
  viewer.need([250, 259]);
  await settle();
  viewer.need([255, 264]);
  await settle();
  assert.deepEqual(
    kernel.asked("look").map(({ page, columns }) => [page, columns]),
    [[2, [200, 300]]],
  );
  assert.equal(viewer.sheet?.cell(0, 250), "100:250");
});

// --- the connection ---

test("a kernel that answers is alive; one that falls silent is gone", async () => {
  const { kernel, viewer } = await open();
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
  const { kernel, viewer, notices } = await open();
  kernel.answers = false;
  viewer.turn(4);
  kernel.link({ status: "stale", since: 1 });
  await settle();
  assert.deepEqual([viewer.page, viewer.turning, viewer.connection], [1, false, "stale"]);
  assert.deepEqual(notices, ["unavailable"]);
});

test("a private view looks again when the connection is back", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  viewer.turn(4);
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
  const { kernel, notices } = await open();
  kernel.emit("msg:custom", { type: "error", code: "bad_table", message: "not text" });
  assert.deepEqual(notices, ["bad_table"]);
});

test("a closed view hears nothing more", async () => {
  const { kernel, viewer, notices } = await open();
  let changes = 0;
  viewer.onchange = () => changes++;
  viewer.close();
  kernel.turn(5);
  kernel.emit("msg:custom", { type: "error", code: "x", message: "y" });
  await settle();
  assert.deepEqual([changes, notices], [0, []]);
});
