import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../../../src/grid/contents/cell-links.ts";

test("addresses of the web are links", () => {
  assert.equal(addressOf("https://a.example/x?y=1#z"), "https://a.example/x?y=1#z");
  assert.equal(addressOf("HTTP://a.example"), "http://a.example/");
});

test("nothing else is, however it looks", () => {
  const texts = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http://a.example",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://a.example",
    "//a.example",
    "www.a.example",
    "http://",
    "https://a.example b",
    "see https://a.example",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/<script>",
    "https://a.example/\u202egpj.exe",
    "https://a.example\u0000",
    "https://a\u200b.example",
    "http:\\\\a.example",
    "",
  ];
  for (const text of texts) assert.equal(addressOf(text), null, text);
});
