import assert from "node:assert/strict";
import { test } from "node:test";
import { shortLink } from "../src/bar.ts";
import { moveBy } from "../src/move.ts";
import { readPlace } from "../src/place.ts";
import { linksOf } from "../src/share.ts";

test("the landing page is where the relay is", () => {
  const place = { uuid: null, key: null, view: null };
  assert.deepEqual(readPlace("http://a:1/"), { base: "http://a:1", ...place });
  assert.deepEqual(readPlace("https://a/user/x/tsvshare/"), {
    base: "https://a/user/x/tsvshare",
    ...place,
  });
});

test("a document's page names its relay, its id and its key", () => {
  assert.deepEqual(readPlace("http://a:1/d/u-1#k=abc"), {
    base: "http://a:1",
    uuid: "u-1",
    key: "abc",
    view: null,
  });
  const bare = { uuid: "u-1", key: null, view: null };
  assert.deepEqual(readPlace("http://a/b/d/u-1/"), { base: "http://a/b", ...bare });
  assert.equal(readPlace("http://a/d/u-1#k=").key, null);
  assert.equal(readPlace("http://a/d/d/d/u-1").base, "http://a/d/d");
});

test("an editor hands on both links, a looker the one they have", () => {
  const look = "http://a/d/u";
  assert.deepEqual(linksOf(look, "abc", true), { full: `${look}#k=abc`, look });
  assert.deepEqual(linksOf(look, null, false), { full: null, look });
  assert.deepEqual(linksOf(look, "wrong", false), { full: null, look });
  assert.deepEqual(linksOf(look, undefined, true), { full: null, look });
  assert.deepEqual(linksOf(null, "abc", true), { full: null, look: null });
});

test("an open document has one link for everything", () => {
  assert.deepEqual(linksOf("http://a/d/u", null, true), { full: "http://a/d/u", look: null });
});

const size = { width: 4, height: 3 };
const at = (row: number, column: number) => ({ row, column });

test("arrows move by one and stop at the edges", () => {
  assert.deepEqual(moveBy("ArrowRight", false, at(1, 1), size), at(1, 2));
  assert.deepEqual(moveBy("ArrowDown", false, at(2, 1), size), at(2, 1));
  assert.deepEqual(moveBy("ArrowLeft", false, at(0, 0), size), at(0, 0));
});

test("Home and End go along the row, with Ctrl through the page", () => {
  assert.deepEqual(moveBy("End", false, at(1, 1), size), at(1, 3));
  assert.deepEqual(moveBy("Home", true, at(2, 2), size), at(0, 0));
  assert.deepEqual(moveBy("End", true, at(0, 0), size), at(2, 3));
});

test("other keys, and an empty table, leave the focus where it is", () => {
  assert.equal(moveBy("a", false, at(1, 1), size), null);
  assert.equal(moveBy("ArrowDown", false, at(0, 0), { width: 0, height: 0 }), null);
});

test("a link beside the name is short", () => {
  const url = "http://127.0.0.1:8899/d/905f2626-c5fb-4c7f-a5dd-a0b1c2d3e4f5";
  assert.equal(shortLink(url), "127.0.0.1:8899/d/905f2626…");
  assert.equal(shortLink("https://a.example/x/d/u-1"), "a.example/x/d/u-1");
});
