import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { bannerText } from "../../src/bars/notices.ts";
import type { Person, Place } from "../../src/protocol/state.ts";
import { settle } from "../kernel.ts";
import { openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const people = (at: Place | null): Person[] => [{ cid: "ada", role: "edit", name: "Ada", at }];
const on = (page: number, own_query = false): Place => ({ page, n_pages: 10, own_query });

async function follow(at: Place | null) {
  const { kernel, viewer } = await openViewer({ people: people(at) });
  viewer.followPerson("ada");
  await settle();
  const move = async (next: Place | null) => {
    kernel.link({ people: people(next) });
    await settle();
  };
  return { kernel, viewer, move };
}

test("who follows somebody goes to their page, and back to everyone with them", async () => {
  const { viewer, move } = await follow(on(7));
  assert.deepEqual([viewer.page, viewer.following], [7, false]);
  assert.equal(bannerText(viewer)?.text, "You follow Ada.");
  await move(on(8));
  assert.equal(viewer.page, 8);
  await move(null);
  assert.equal(viewer.following, true);
  assert.equal(viewer.followed?.cid, "ada");
});

test("nobody else's page is turned by that", async () => {
  const { kernel } = await follow(on(7));
  assert.deepEqual(kernel.asked("op"), []);
});

test("a question of somebody's own is not shown to who follows them, which is said", async () => {
  const { viewer } = await follow(on(3, true));
  assert.equal(viewer.following, true);
  assert.match(bannerText(viewer)?.text ?? "", /a question of their own/);
});

test("who turns a page, returns, or is left alone follows nobody any more", async () => {
  const { viewer } = await follow(on(7));
  viewer.turnTo(2);
  await settle();
  assert.deepEqual([viewer.followed, viewer.page], [null, 2]);
  viewer.followPerson("ada");
  viewer.follow(true);
  assert.equal(viewer.followed, null);
  const other = await follow(on(7));
  other.kernel.link({ people: [] });
  await settle();
  assert.equal(other.viewer.followed, null);
});

test("one goes to the cells they point at, and not to those of others", async () => {
  const { kernel, viewer } = await follow(null);
  const point = (by: string) => {
    const spots = [{ by, row: 12, column: 1 }];
    kernel.emit("msg:custom", { type: "pointing", table: "t1", spots });
  };
  point("ben");
  assert.equal(viewer.takeSpot(), null);
  point("ada");
  assert.deepEqual(viewer.takeSpot(), [12, 1]);
});
