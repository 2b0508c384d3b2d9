import assert from "node:assert/strict";
import { test } from "node:test";
import type { LinkState } from "../../src/link/model.ts";
import type { Person } from "../../src/protocol/state.ts";
import { hueOf, initial, listPeople, whereWords, whoIs } from "../../src/view/people.ts";
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
