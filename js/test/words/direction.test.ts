import assert from "node:assert/strict";
import { test } from "node:test";
import { mostLeftwards } from "../../src/words/direction.ts";

test("a column is written from right to left if most of its cells are", () => {
  assert.ok(mostLeftwards(["שלום", "مرحبا", "Latin"]));
  assert.ok(mostLeftwards(["1. שלום עולם (TSV)", "12", undefined, ""]));
  for (const cells of [[], ["12", ""], ["Latin", "שלום"], ["TSV שלום", "日本語"]])
    assert.ok(!mostLeftwards(cells), JSON.stringify(cells));
});
