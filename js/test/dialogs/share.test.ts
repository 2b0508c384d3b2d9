import assert from "node:assert/strict";
import { test } from "node:test";
import { linkNote } from "../../src/dialogs/share.ts";
import { linksOf } from "../../src/link/links.ts";

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

test("beside the links stands for whom they do not work", () => {
  const link = { base: "http://127.0.0.1:1", view_url: "http://127.0.0.1:1/d/u" };
  const public_ = { base: "https://a.example", view_url: "https://a.example/d/u" };
  const note = (of: typeof link, reached: "yes" | "no" | "unknown", dead = false) =>
    linkNote(of, { reached, dead });
  assert.match(note(link, "yes") ?? "", /work on this computer.*tsvshare serve/);
  assert.equal(note(public_, "yes"), null);
  assert.equal(note(public_, "unknown"), null);
  assert.match(note(public_, "no") ?? "", /do not open in this browser.*a\.example/);
  assert.match(
    note(link, "no", true) ?? "",
    /no link to share.*127\.0\.0\.1:1.*run its cell again/,
  );
  assert.match(linkNote(null, { reached: "no", dead: false }) ?? "", /no link yet/);
});
