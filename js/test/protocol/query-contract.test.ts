import assert from "node:assert/strict";
import { test } from "node:test";
import { keepColumns, type Query, sameQuery } from "../../src/protocol/query.ts";
import { contract } from "../contracts.ts";

const cases = contract<{
  same: { one: Query; other: Query; same: boolean }[];
  kept: { query: Query; columns: number; keeps: Query }[];
}>("queries");

test("which queries are the same is as in Python", () => {
  for (const { one, other, same } of cases.same) {
    assert.equal(sameQuery(one, other), same, JSON.stringify([one, other]));
  }
});

test("a table with fewer columns keeps the same of a query", () => {
  for (const { query, columns, keeps } of cases.kept) {
    assert.ok(sameQuery(keepColumns(query, columns), keeps), JSON.stringify(query));
  }
});
