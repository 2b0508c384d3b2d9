import assert from "node:assert/strict";
import { test } from "node:test";
import { linksOf } from "../../src/dialogs/share.ts";

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
