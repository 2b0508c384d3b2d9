import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { golden } from "../relay.ts";
import { NARROW, openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("a profile is asked for over the rows of a query, and has three minutes", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  const profile = viewer.lookups.fetchProfile(1, NARROW);
  const [{ id, ...request } = { id: "" }] = kernel.asked("profile");
  assert.deepEqual(request, { type: "profile", table: "t1", column: 1, query: NARROW });
  mock.timers.tick(179_000);
  const answer = { ...golden.relay["profile of numbers"], id } as never;
  kernel.emit("msg:custom", answer);
  assert.equal(await profile, answer);
});

test("a profile that nobody wants any more is cancelled", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.answers = false;
  const leave = new AbortController();
  const profile = viewer.lookups.fetchProfile(1, {}, leave.signal);
  leave.abort();
  await assert.rejects(profile, { code: "cancelled" });
  assert.deepEqual(
    kernel.asked("cancel").map(({ id }) => id),
    [kernel.asked("profile")[0]?.id],
  );
});

test("a cell is asked for by its place in the table, not on the page", async () => {
  const { kernel, viewer } = await openViewer();
  kernel.turn(3);
  assert.ok(viewer.sheet);
  void viewer.lookups.fetchCell(viewer.sheet, 4, 2);
  assert.deepEqual(
    kernel.asked("cell").map(({ row, column }) => [row, column]),
    [[204, 2]],
  );
});

test("the names of columns that were found are known from then on", async () => {
  const { kernel, viewer } = await openViewer();
  const finding = viewer.lookups.findColumns("sco");
  const id = kernel.asked("columns")[0]?.id as string;
  kernel.emit("msg:custom", { type: "columns", id, total: 1, found: [[1203, "score"]] });
  assert.equal((await finding).total, 1);
  assert.equal(viewer.names.of(1203), "score");
});
