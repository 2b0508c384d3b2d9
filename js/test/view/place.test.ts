import assert from "node:assert/strict";
import { test } from "node:test";
import { shortLink } from "../../src/bars/toolbar.ts";
import { linksOf } from "../../src/dialogs/share.ts";
import { readPageUrl } from "../../src/view/page-url.ts";

test("the landing page is where the relay is", () => {
  const place = { uuid: null, key: null, view: null };
  assert.deepEqual(readPageUrl("http://a:1/"), { base: "http://a:1", ...place });
  assert.deepEqual(readPageUrl("https://a/user/x/tsvshare/"), {
    base: "https://a/user/x/tsvshare",
    ...place,
  });
});

test("a document's page names its relay, its id and its key", () => {
  assert.deepEqual(readPageUrl("http://a:1/d/u-1#k=abc"), {
    base: "http://a:1",
    uuid: "u-1",
    key: "abc",
    view: null,
  });
  const bare = { uuid: "u-1", key: null, view: null };
  assert.deepEqual(readPageUrl("http://a/b/d/u-1/"), { base: "http://a/b", ...bare });
  assert.equal(readPageUrl("http://a/d/u-1#k=").key, null);
  assert.equal(readPageUrl("http://a/d/d/d/u-1").base, "http://a/d/d");
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

test("a link beside the name is short", () => {
  const url = "http://127.0.0.1:8899/d/905f2626-c5fb-4c7f-a5dd-a0b1c2d3e4f5";
  assert.equal(shortLink(url), "127.0.0.1:8899/d/905f2626…");
  assert.equal(shortLink("https://a.example/x/d/u-1"), "a.example/x/d/u-1");
});
