import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { darkPath } from "../../src/dialogs/qr.ts";
import type { LinkState } from "../../src/link/model.ts";
import type { Query } from "../../src/protocol/query.ts";
import type { Person } from "../../src/protocol/state.ts";
import { Myself, type NameStore } from "../../src/view/me.ts";
import { readPageUrl } from "../../src/view/page-url.ts";
import { hueOf, initial, listPeople, whereWords, whoIs } from "../../src/view/people.ts";
import { linkToView, readView, resolveColumns } from "../../src/view/view-link.ts";
import { Kernel } from "../kernel.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** A store that a browser might have. */
function memoryName(): NameStore {
  let kept: string | null = null;
  return {
    get: () => kept,
    set: (name) => {
      kept = name;
    },
  };
}

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
  const { people, others } = listPeople(link);
  assert.deepEqual(
    people.map(({ cid }) => cid),
    ["c-2", "c-1", "c-3"],
  );
  assert.equal(others, 2);
  assert.deepEqual(listPeople(null), { people: [], others: 0 });
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
  const me = new Myself(kernel, null);
  const at = (page: number) => ({ page, n_pages: 9, own_query: false });
  me.setPlace(null);
  mock.timers.tick(1000);
  assert.equal(kernel.asked("me").length, 0);
  for (const page of [1, 2, 3]) me.setPlace(at(page));
  mock.timers.tick(1000);
  me.setPlace(at(3));
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
  me.resend();
  mock.timers.tick(1000);
  assert.deepEqual(
    kernel.asked("me").map(({ name }) => name),
    ["Ada", "Ada"],
  );
  me.rename(" ");
  assert.equal(names.get(), null);
});

test("a kernel keeps the name: a screen tells it once, and can take it away", () => {
  const kernel = new Kernel({ name: "Ada" });
  const me = new Myself(kernel, null);
  assert.equal(me.name, "Ada");
  me.rename("Ada");
  mock.timers.tick(1000);
  assert.equal(kernel.asked("me").length, 0);
  me.rename(" ");
  assert.equal(me.name, "");
  mock.timers.tick(1000);
  kernel.link({ name: "Ben" });
  assert.equal(me.name, "Ben");
  me.setPlace({ page: 2, n_pages: 9, own_query: false });
  mock.timers.tick(1000);
  assert.deepEqual(
    kernel.asked("me").map(({ name }) => name),
    ["", null],
  );
});

// --- links ---

const query: Query = {
  sort: [{ column: 1, direction: "desc" }],
  filters: [{ column: 0, op: "contains", value: "a&b=c#d “é”" }],
};

test("a link opens at the view it was made from, with the key or without", () => {
  const view = { page: 3, page_size: 50, query, names: { 1: "p.value", 0: "name “é”" } };
  for (const url of ["http://a/d/u-1", "http://a/d/u-1#k=abc"]) {
    const place = readPageUrl(linkToView(url, view));
    assert.equal(place.key, url.includes("#k=") ? "abc" : null);
    assert.deepEqual(place.view, { ...view, query: { ...query, search: "" } });
  }
});

const there = (names: string[]) => async (text: string) =>
  names.flatMap((name, i) => (name.includes(text) ? [[i, name] as [number, string]] : []));

test("a question goes to the columns that have the names; what asks about others is lost", async () => {
  const names = { 0: "name", 1: "score" };
  const asked = async (columns: string[]) => {
    const { query: found, lost } = await resolveColumns(
      query,
      names,
      columns.length,
      there(columns),
    );
    return [found.filters?.map((f) => f.column), found.sort?.map((s) => s.column), lost];
  };
  assert.deepEqual(await asked(["name", "score"]), [[0], [1], []]);
  assert.deepEqual(await asked(["id", "score", "name"]), [[2], [1], []]);
  assert.deepEqual(await asked(["name", "score", "score"]), [[0], [1], []]);
  assert.deepEqual(await asked(["name", "x", "score", "score"]), [[0], [], ["score"]]);
  assert.deepEqual(await asked(["first name"]), [[], [], ["score", "name"]]);
});

test("a column without a name is meant by its place, if there is one", async () => {
  const { query: found, lost } = await resolveColumns(query, {}, 1, there([]));
  assert.deepEqual([found.filters?.length, found.sort, lost], [1, [], ["column 2"]]);
});

test("a view that makes no sense is none", () => {
  assert.equal(readView(null), null);
  for (const text of ["", "{", "3", "null", '{"page":0,"size":10}', '{"page":1,"size":5000}']) {
    assert.equal(readView(text), null, text);
  }
  assert.equal(readView('{"size":10,"sort":[{}]}'), null);
  assert.equal(readView('{"size":10,"search":3}'), null);
  assert.equal(readView('{"size":10,"filters":3}'), null);
  assert.equal(readView('{"size":10,"names":{"0":3}}'), null);
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
