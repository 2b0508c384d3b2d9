import assert from "node:assert/strict";
import { test } from "node:test";
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

test("links are read as mail programs and people leave them", () => {
  const meant = readPageUrl("http://a/b/d/u-1#k=abc");
  for (const left of [".", ")", ">", "%3E", ").", ",", "%22", " ", "”"]) {
    assert.deepEqual(readPageUrl(`http://a/b/d/u-1#k=abc${left}`), meant, left);
    assert.equal(readPageUrl(`http://a/b/d/u-1${left}`).uuid, "u-1", left);
  }
  assert.deepEqual(readPageUrl("http://a/b/d/u-1%23k=abc"), meant);
  assert.deepEqual(readPageUrl("http://a/b/d/u-1%23k=abc."), meant);
  const view = encodeURIComponent('{"page":3,"size":10}');
  for (const link of [
    `#k=abc&view=${view}`,
    `#k=abc&amp;view=${view}).`,
    `%23k=abc&view=${view}`,
  ]) {
    const { key, view: opened } = readPageUrl(`http://a/b/d/u-1${link}`);
    assert.deepEqual([key, opened?.page, opened?.page_size], ["abc", 3, 10], link);
  }
});
