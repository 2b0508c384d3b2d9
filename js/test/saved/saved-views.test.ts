import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { SavedView } from "../../src/protocol/query.ts";
import { KeptViews } from "../../src/saved/kept-views.ts";
import { SavedLink, savedIn } from "../../src/saved/saved-link.ts";
import { SavedViews } from "../../src/saved/saved-views.ts";
import { readPageUrl } from "../../src/view/page-url.ts";
import type { Viewer } from "../../src/view/viewer.ts";
import { settle } from "../kernel.ts";
import { NARROW, openViewer, SORTED } from "../viewers.ts";

const view = (id: string, name = id): SavedView => ({ id, name, query: NARROW, names: [] });

function memory(text: string | null = null) {
  return {
    text,
    get: () => text,
    set: (next: string | null) => {
      text = next;
    },
  };
}

/** Closed after each test: a request that nobody answers would be waited for. */
const viewers: Viewer[] = [];
afterEach(() => {
  for (const viewer of viewers.splice(0)) viewer.close();
});

async function open(link = {}) {
  const opened = await openViewer(link);
  viewers.push(opened.viewer);
  return { ...opened, views: new SavedViews(opened.viewer, new KeptViews(() => "u-1", memory())) };
}

test("a browser keeps views by document, and nothing that is no view", () => {
  const stored = memory();
  const [here, there] = [new KeptViews(() => "u-1", stored), new KeptViews(() => "u-2", stored)];
  assert.deepEqual(here.all, []);
  here.save(view("a"));
  there.save(view("b"));
  here.save(view("a", "Another name"));
  assert.deepEqual([here.all, there.all], [[view("a", "Another name")], [view("b")]]);
  here.delete("a");
  there.delete("b");
  assert.equal(stored.get(), null);
  for (const wrong of ["{", "[]", '{"u-1": 3}', '{"u-1": [3, {"id": "a", "name": 1}]}']) {
    assert.deepEqual(new KeptViews(() => "u-1", memory(wrong)).all, []);
  }
});

test("a browser keeps so many of a document, and one of these can still change", () => {
  const kept = new KeptViews(() => "u-1", memory());
  for (let n = 0; n < 50; n++) assert.ok(kept.save(view(`v${n}`)));
  assert.equal(kept.save(view("one more")), false);
  assert.ok(kept.save(view("v7", "Renamed")));
  assert.equal(kept.all.length, 50);
});

test("one's own are saved without asking anybody, those for everyone by an op that moves nobody", async () => {
  const { kernel, viewer, views } = await open();
  await viewer.applyQuery(SORTED);
  const before = kernel.sent.length;
  assert.ok(await views.saveShown("Mine", "me"));
  assert.equal(kernel.sent.length, before);
  assert.deepEqual((await views.list("me"))[0]?.query, viewer.view?.query);
  kernel.answers = false;
  void views.saveShown("Ours", "all", "v1");
  const [op] = kernel.asked("op").slice(-1);
  const save_view = { id: "v1", name: "Ours", query: viewer.view?.query, names: [] };
  assert.deepEqual(op?.set, { save_view });
  void views.delete("v1", "all");
  assert.deepEqual(kernel.asked("op").at(-1)?.set, { delete_view: "v1" });
});

test("a view shows on this screen alone, and to everyone where an editor says so", async () => {
  const { kernel, viewer, views } = await open();
  views.show(view("a"));
  await settle();
  assert.equal(viewer.following, false);
  assert.deepEqual(viewer.view?.query.filters, NARROW.filters);
  assert.deepEqual(kernel.view.query, {});
  await views.showToAll(view("a"));
  assert.deepEqual(kernel.view.query.filters, NARROW.filters);
  assert.equal(viewer.following, true);
});

test("a link says what the view asks, and which one of the document it is", async () => {
  const { views } = await open();
  const [all, me] = [views.link(view("a b"), "all"), views.link(view("a b"), "me")];
  assert.deepEqual(readPageUrl(all as string).view?.query.filters, NARROW.filters);
  assert.deepEqual([savedIn(all as string), savedIn(me as string)], ["a b", null]);
});

test("a link shows its view as it is now, and says that it was deleted", async () => {
  const { kernel, viewer, views, notices } = await open();
  const url = views.link(view("a"), "all") as string;
  const follow = async (now: SavedView[]) => {
    const link = new SavedLink(viewer, views, url);
    link.update();
    link.update();
    await settle();
    const asked = kernel.asked("views");
    const { id } = asked.at(-1) as { id: string };
    kernel.emit("msg:custom", { type: "views", id, views: now });
    await settle();
    return asked.length;
  };
  assert.equal(await follow([{ ...view("a"), query: SORTED }]), 1);
  assert.deepEqual(viewer.view?.query.sort, SORTED.sort);
  viewer.follow(true);
  assert.equal(await follow([view("a")]), 2);
  assert.equal(viewer.following, true); // the link itself has led there
  await follow([]);
  assert.deepEqual(notices, ["not_found"]);
});
