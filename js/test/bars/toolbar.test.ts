import assert from "node:assert/strict";
import { test } from "node:test";
import { shortLink } from "../../src/bars/toolbar.ts";

test("a link beside the name is short", () => {
  const url = "http://127.0.0.1:8899/d/905f2626-c5fb-4c7f-a5dd-a0b1c2d3e4f5";
  assert.equal(shortLink(url), "127.0.0.1:8899/d/905f2626…");
  assert.equal(shortLink("https://a.example/x/d/u-1"), "a.example/x/d/u-1");
});
