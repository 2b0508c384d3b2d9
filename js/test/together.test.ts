import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Myself, memoryName } from "../src/me.ts";
import type { LinkState } from "../src/model.ts";
import { hueOf, initial, listed, whereWords, whoIs } from "../src/people.ts";
import { readPlace } from "../src/place.ts";
import { darkPath } from "../src/qr.ts";
import { linkToView, readView } from "../src/view-link.ts";
import type { Person, Query } from "../src/wire.ts";
import { Kernel } from "./kernel.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const person = (cid: string, name: string | null, at: Person["at"] = null): Person => ({
  cid,
  role: "edit",
  name,
  at,
});
const ada = person("c-1", "ada");
const link = {
  ...(new Kernel().get("_link") as LinkState),
  cid: "c-2",
  viewers: 5,
  people: [
    ada,
    person("c-2", null),
    person("c-3", null, { page: 7, n_pages: 12, own_query: true }),
  ],
};

// --- who is there ---

test("changes are by somebody, unless they were made here", () => {
  assert.equal(whoIs(link, "c-1"), "ada");
  assert.equal(whoIs(link, "c-3"), "Somebody");
  assert.equal(whoIs(link, "unknown"), "Somebody");
  assert.equal(whoIs(link, "c-2"), null);
  assert.equal(whoIs(link, null), null);
});

test("this viewer is listed first, and those who are not told are counted", () => {
  const { people, others } = listed(link);
  assert.deepEqual(
    people.map(({ cid }) => cid),
    ["c-2", "c-1", "c-3"],
  );
  assert.equal(others, 2);
  assert.deepEqual(listed(null), { people: [], others: 0 });
});

test("it says where people are", () => {
  assert.equal(whereWords(ada, 4), "here, on page 4");
  assert.match(whereWords(link.people[2] as Person, 4), /^alone, on page 7 of 12, with a question/);
});

test("a colour is the same everywhere, a circle has a letter", () => {
  assert.equal(hueOf("c-1"), hueOf("c-1"));
  assert.notEqual(hueOf("c-1"), hueOf("c-2"));
  assert.deepEqual(
    [initial(ada), initial(person("x", null)), initial(person("x", "👩‍🔬 Li"))],
    ["A", "?", "👩"],
  );
});

// --- what the others are told ---

test("quick turns are told once, and the same place never twice", () => {
  const kernel = new Kernel();
  const me = new Myself(kernel, memoryName());
  const at = (page: number) => ({ page, n_pages: 9, own_query: false });
  me.be(null);
  mock.timers.tick(1000);
  assert.equal(kernel.asked("me").length, 0);
  for (const page of [1, 2, 3]) me.be(at(page));
  mock.timers.tick(1000);
  me.be(at(3));
  mock.timers.tick(1000);
  assert.deepEqual(kernel.asked("me"), [{ type: "me", name: null, at: at(3) }]);
});

test("a name is kept, told, and told again on a new connection", () => {
  const kernel = new Kernel();
  const names = memoryName();
  const me = new Myself(kernel, names);
  me.rename("  Ada ");
  mock.timers.tick(1000);
  assert.equal(names.get(), "Ada");
  me.arrive();
  mock.timers.tick(1000);
  assert.deepEqual(
    kernel.asked("me").map(({ name }) => name),
    ["Ada", "Ada"],
  );
  me.rename(" ");
  assert.equal(names.get(), null);
});

// --- links ---

const query: Query = {
  sort: [{ column: 1, direction: "desc" }],
  filters: [{ column: 0, op: "contains", value: "a&b=c#d “é”" }],
};

test("a link opens at the view it was made from, with the key or without", () => {
  const view = { page: 3, page_size: 50, query };
  for (const url of ["http://a/d/u-1", "http://a/d/u-1#k=abc"]) {
    const place = readPlace(linkToView(url, view));
    assert.equal(place.key, url.includes("#k=") ? "abc" : null);
    assert.deepEqual(place.view, { page: 3, page_size: 50, query: { ...query, search: "" } });
  }
});

test("a view that makes no sense is none", () => {
  assert.equal(readView(null), null);
  for (const text of ["", "{", "3", "null", '{"page":0,"size":10}', '{"page":1,"size":5000}']) {
    assert.equal(readView(text), null, text);
  }
  assert.equal(readView('{"size":10,"sort":[{}]}'), null);
  assert.equal(readView('{"size":10,"search":3}'), null);
  assert.equal(readView('{"size":10,"filters":3}'), null);
});

test("dark modules are drawn as runs", () => {
  assert.equal(
    darkPath([
      [true, true, false, true],
      [false, false, false, false],
    ]),
    "M0 0h2v1h-2zM3 0h1v1h-1z",
  );
});
