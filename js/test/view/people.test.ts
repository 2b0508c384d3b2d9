import assert from "node:assert/strict";
import { test } from "node:test";
import type { LinkState } from "../../src/link/model.ts";
import type { Person } from "../../src/protocol/state.ts";
import {
  followWords,
  hueOf,
  initial,
  initials,
  listPeople,
  shownName,
  whereWords,
  whoIs,
} from "../../src/view/people.ts";
import { Kernel } from "../kernel.ts";

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

const named = (...names: (string | null)[]) => names.map((name, i) => person(`c-${i}`, name));
const marks = (...names: (string | null)[]) => [...initials(named(...names)).values()];

test("people whose names begin alike are told apart by more letters", () => {
  assert.deepEqual(marks("Ada", "Ben"), ["A", "B"]);
  assert.deepEqual(marks("Ada Berg", "Ada Klein", "Ben"), ["AB", "AK", "B"]);
  assert.deepEqual(marks("Ada", "Alan"), ["Ad", "Al"]);
  assert.deepEqual(marks("Ada", "Ada", "Ada"), ["A1", "A2", "A3"]);
});

test("people of one name have numbers", () => {
  const room = { ...link, people: named("Ada", "Ben", "Ada", null) };
  assert.deepEqual(
    room.people.map(({ cid }) => shownName(room, cid)),
    ["Ada", "Ben", "Ada (2)", "Somebody"],
  );
});

test("how many follow is said beside how many do not", () => {
  assert.equal(followWords({ viewers: 29, apart: 2 }), "27 follow, 2 look around");
  assert.equal(followWords({ viewers: 2, apart: 1 }), "1 follows, 1 looks around");
  assert.equal(followWords({ viewers: 2 }), "everyone follows");
});
