import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { emptyText } from "../../src/bars/empty-state.ts";
import { bannerText } from "../../src/bars/notices.ts";
import { workText } from "../../src/bars/query-progress.ts";
import type { LinkState } from "../../src/link/model.ts";
import type { Query } from "../../src/protocol/messages.ts";
import { replaceWarning } from "../../src/view/uploads.ts";
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

const SORTED: Query = { sort: [{ column: 1 }] };
const NARROW: Query = { filters: [{ column: 0, op: "contains", value: "a" }] };
const sets = (kernel: Kernel) => kernel.asked("op").map(({ set }) => set);

// --- for everyone ---

test("with the key and following, a question is everyone's", async () => {
  const { kernel, viewer } = await open();
  kernel.turn(4);
  await viewer.ask(NARROW);
  assert.deepEqual(sets(kernel), [{ filters: NARROW.filters }]);
  assert.deepEqual([viewer.page, viewer.view?.n_rows, viewer.view?.of_rows], [1, 120, 1000]);
  assert.equal(viewer.question, null);
});

test("what is asked shows at once, the rows of before until the new ones are here", async () => {
  const { kernel, viewer } = await open();
  kernel.answers = false;
  viewer.put(NARROW);
  assert.deepEqual([viewer.query, viewer.view?.n_rows], [NARROW, 1000]);
  assert.equal(workText(viewer), null);
  mock.timers.tick(500);
  assert.match(workText(viewer)?.text ?? "", /^Filtering/);
  assert.equal(workText(viewer)?.mine, true);
});

test("a newer question goes at once and says only what it changes", async () => {
  const { kernel, viewer } = await open();
  kernel.answers = false;
  viewer.put(SORTED);
  viewer.put({ ...viewer.query, ...NARROW });
  assert.deepEqual(sets(kernel), [{ sort: SORTED.sort }, { filters: NARROW.filters }]);
  assert.deepEqual(viewer.query, { ...SORTED, ...NARROW });
});

test("pages can be turned while everyone's question is on its way", async () => {
  const { kernel, viewer } = await open();
  kernel.answers = false;
  viewer.put(SORTED);
  assert.ok(viewer.turnable);
  viewer.turn(2);
  assert.deepEqual(sets(kernel).at(-1), { page: 2 });
});

test("a question that is cancelled is quiet, and what was asked before shows", async () => {
  const { kernel, viewer, notices } = await open();
  kernel.answers = false;
  viewer.put(SORTED);
  viewer.cancel();
  await settle();
  assert.deepEqual(kernel.asked("cancel"), [{ type: "cancel", id: kernel.asked("op")[0]?.id }]);
  assert.deepEqual([viewer.query, viewer.question, notices], [{}, null, []]);
});

test("a question that is refused is refused to whoever asked", async () => {
  const { kernel, viewer } = await open();
  kernel.answers = false;
  const asked = viewer.ask(NARROW);
  const id = kernel.asked("op")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "too_slow", message: "too slow" });
  await assert.rejects(asked, /too slow/);
  assert.deepEqual(viewer.query, {});
});

test("what others ask is told as theirs while it takes long", async () => {
  const people = [{ cid: "c-9", role: "edit", name: "Ada", at: null } as const];
  const { kernel, viewer } = await open({ people });
  kernel.link({ working: { by: "c-9", query: SORTED, done: 0.5 } });
  assert.deepEqual(workText(viewer), {
    text: `Ada: Sorting ${(1000).toLocaleString()} rows…`,
    done: 0.5,
    mine: false,
  });
  viewer.follow(false);
  assert.equal(workText(viewer), null);
});

// --- on one's own ---

test("with Follow off a question is this viewer's alone", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  await viewer.ask(NARROW);
  assert.equal(kernel.asked("op").length, 0);
  assert.deepEqual([viewer.view?.n_rows, viewer.view?.of_rows], [120, 1000]);
  assert.deepEqual(viewer.document?.view.query, {});
  viewer.turn(2);
  await settle();
  assert.deepEqual(kernel.asked("look").at(-1)?.query, NARROW);
  assert.equal(viewer.sheet?.height, 20);
});

test("without the key, asking turns Follow off", async () => {
  const { kernel, viewer } = await open({ role: "look" });
  await viewer.ask(SORTED);
  assert.deepEqual([viewer.following, kernel.asked("op").length], [false, 0]);
});

test("a newer question of one's own gives up the older one; its answer changes nothing", async () => {
  const { kernel, viewer, notices } = await open();
  viewer.follow(false);
  kernel.answers = false;
  viewer.put(SORTED);
  const [older] = kernel.asked("look");
  viewer.put(NARROW);
  assert.deepEqual(kernel.asked("cancel"), [{ type: "cancel", id: older?.id }]);
  assert.ok(!viewer.turnable);
  kernel.answer(kernel.asked("look")[1] as never);
  kernel.answer(older as never);
  await settle();
  assert.deepEqual([viewer.query, viewer.view?.n_rows, notices], [NARROW, 120, []]);
});

test("progress of one's own question shows, and it can be stopped", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  kernel.answers = false;
  viewer.put(SORTED);
  const id = kernel.asked("look")[0]?.id as string;
  kernel.emit("msg:custom", { type: "progress", id, done: 0.25 });
  assert.deepEqual([workText(viewer)?.done, workText(viewer)?.mine], [0.25, true]);
  viewer.cancel();
  await settle();
  assert.deepEqual([viewer.query, viewer.turnable], [{}, true]);
});

test("blocks of columns are asked for in the question's order", async () => {
  const { kernel, viewer } = await open();
  kernel.columns = 300;
  viewer.follow(false);
  await viewer.ask(SORTED);
  assert.equal(viewer.sheet?.width, 300);
  viewer.need([150]);
  await settle();
  assert.deepEqual(kernel.asked("look").at(-1)?.query, SORTED);
});

test("one's own question shows from its first page, whatever was looked at before", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  viewer.turn(-1);
  await settle();
  await viewer.ask(NARROW);
  assert.deepEqual([viewer.page, viewer.view?.stick], [1, false]);
  await viewer.bring();
  assert.equal(kernel.asked("op").at(-1)?.set.page, 1);
});

test("one's own question stays at its page, or its end, when the table is read anew", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  await viewer.ask(SORTED);
  viewer.turn(9);
  await settle();
  kernel.readAnew(",", 350);
  await settle();
  assert.deepEqual([viewer.page, viewer.sheet?.page.page, viewer.view?.n_pages], [4, 4, 4]);
  viewer.turn(-1);
  await settle();
  kernel.readAnew(";", 700);
  await settle();
  assert.deepEqual([viewer.page, viewer.sheet?.page.page, viewer.view?.stick], [7, 7, true]);
});

test("a new table clears one's own question", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  await viewer.ask(NARROW);
  kernel.replace("t2", 300);
  await settle();
  assert.deepEqual([viewer.query, viewer.view?.n_rows, viewer.following], [{}, 300, false]);
});

test("a reading that is changed keeps a question as far as its columns are there", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  await viewer.ask({ sort: [{ column: 2 }, { column: 0 }] });
  kernel.columns = 1;
  kernel.readAnew(",", 350);
  await settle();
  assert.deepEqual(viewer.view?.query.sort, [{ column: 0 }]);
});

test("rows that come are taken into one's own question, not at every one of them", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  await viewer.ask(NARROW);
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
  const { kernel, viewer } = await open();
  viewer.follow(false);
  kernel.view = { ...kernel.view, query: NARROW, n_rows: 120, n_pages: 2 };
  kernel.show("query");
  await settle();
  assert.deepEqual([viewer.view?.n_rows, viewer.view?.n_pages], [1000, 10]);
});

// --- together ---

test("who looks around is told to the others, and that they are back", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  await viewer.ask(NARROW);
  mock.timers.tick(1000);
  const at = { page: 1, n_pages: 2, own_query: true };
  assert.deepEqual(kernel.asked("me").at(-1), { type: "me", name: null, at });
  viewer.follow(true);
  await settle();
  mock.timers.tick(1000);
  assert.deepEqual(kernel.asked("me").at(-1)?.at, null);
});

test("an editor brings everyone to what they see, and follows again", async () => {
  const { kernel, viewer, notices } = await open();
  viewer.follow(false);
  await viewer.ask(NARROW);
  viewer.turn(2);
  await settle();
  await viewer.bring();
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
  const { kernel, viewer, notices } = await open();
  viewer.follow(false);
  viewer.turn(5);
  await settle();
  kernel.view = { ...kernel.view, page: 3, brought: 9 };
  kernel.by = "c-9";
  kernel.show("bring");
  await settle();
  assert.deepEqual([viewer.following, viewer.page, notices], [true, 3, ["brought"]]);
});

test("a link to a view starts there, alone, and follows with one step", async () => {
  const { kernel, viewer } = await open();
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
  const { kernel, viewer, notices } = await open();
  kernel.answers = false;
  viewer.startAt({ page: 99, page_size: 50, query: {}, names: {} });
  await settle();
  const id = kernel.asked("look")[0]?.id as string;
  kernel.emit("msg:custom", { type: "reject", id, code: "no_such_page", message: "no" });
  await settle();
  assert.deepEqual([notices, viewer.sheet?.page.page], [["no_such_page"], 1]);
});

test("a link to a view asks about columns by their names, and says which are not there", async () => {
  const { kernel, viewer, notices } = await open();
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
  const { kernel, viewer } = await open();
  await viewer.undo();
  assert.equal(kernel.asked("op").length, 0);
  kernel.undo = { table: "t0", name: "old.tsv", rows: 3, until: 1 };
  kernel.show("complete");
  await viewer.undo();
  assert.deepEqual(sets(kernel), [{ undo: "t0" }]);
});

// --- states and warnings ---

test("a wrong key is a state with a way out, not a passing notice", async () => {
  const message = { code: "wrong_key", message: "the key in this link is not right" };
  const { kernel, viewer, notices } = await open({ role: "look", message });
  kernel.emit("msg:custom", { type: "error", ...message });
  assert.match(bannerText(viewer)?.text ?? "", /Ask whoever sent it/);
  assert.deepEqual(notices, []);
});

test("a connection that is lost for long may be lost for good", async () => {
  const { kernel, viewer } = await open({ status: "stale", since: Date.now() });
  assert.doesNotMatch(bannerText(viewer)?.text ?? "", /kernel may have ended/);
  kernel.link({ since: Date.now() - 61_000 });
  assert.match(bannerText(viewer)?.text ?? "", /kernel may have ended/);
});

test("work is over when its rows show, whether or not that was told", async () => {
  const { kernel, viewer } = await open({ working: { by: "c-9", query: NARROW, done: 0.5 } });
  assert.match(workText(viewer)?.text ?? "", /Filtering/);
  kernel.view = { ...kernel.view, query: NARROW, n_rows: 120, n_pages: 2 };
  kernel.show("query");
  assert.equal(workText(viewer), null);
});

test("what went wrong before the connection came is over with it", async () => {
  const message = { code: "unavailable", message: "nobody answers" };
  const { kernel, viewer } = await open({ message, status: "connecting" });
  assert.equal(bannerText(viewer)?.text, "Nobody answers");
  kernel.link({ status: "live" });
  assert.equal(bannerText(viewer), null);
});

test("whoever looks around is told where everyone is, and what they see if it is something else", async () => {
  const { kernel, viewer } = await open();
  viewer.follow(false);
  const everyone = () => bannerText(viewer)?.text.split("Everyone is on ")[1];
  assert.equal(everyone(), "page 1.");
  await viewer.ask(NARROW);
  assert.equal(everyone(), "page 1 of the whole table.");
  kernel.view = { ...kernel.view, page: 3, query: SORTED };
  kernel.show("query");
  assert.equal(everyone(), "page 3, sorted by column 2, ascending.");
});

test("a question that no row fits says so, and what was asked", async () => {
  const { kernel, viewer } = await open();
  kernel.matching = 0;
  await viewer.ask(NARROW);
  const state = emptyText(viewer);
  assert.deepEqual([state?.title, state?.narrow], ["No rows match", true]);
  assert.match(state?.text ?? "", /column 1 contains “a”/);
});

test("replacing a table is asked about when others look at it, and only then", async () => {
  const { kernel, viewer } = await open();
  assert.match(replaceWarning(viewer, "new.tsv")?.text ?? "", /^1 other person sees t1.tsv/);
  kernel.link({ viewers: 1 });
  assert.equal(replaceWarning(viewer, "new.tsv"), null);
});
