import assert from "node:assert/strict";
import { test } from "node:test";
import type { Query } from "../../src/protocol/query.ts";
import { readPageUrl } from "../../src/view/page-url.ts";
import {
  linkToView,
  readView,
  resolveColumn,
  resolveColumns,
  viewToLink,
} from "../../src/view/view-link.ts";
import { Kernel } from "../kernel.ts";

const query: Query = {
  sort: [{ column: 1, direction: "desc" }],
  filters: [{ column: 0, op: "contains", value: "a&b=c#d “é”" }],
};

test("a link opens at the view it was made from, with the key or without", () => {
  const view = { page: 3, page_size: 50, query, names: { 1: "p.value", 0: "name “é”" } };
  for (const url of ["http://a/d/u-1", "http://a/d/u-1#k=abc"]) {
    const place = readPageUrl(linkToView(url, view));
    assert.equal(place.key, url.includes("#k=") ? "abc" : null);
    assert.deepEqual(place.view, { ...view, query: { ...query, search: "" } });
  }
});

const there = (names: string[]) => async (text: string) =>
  names.flatMap((name, i) => (name.includes(text) ? [[i, name] as [number, string]] : []));

test("a question goes to the columns that have the names; what asks about others is lost", async () => {
  const names = { 0: "name", 1: "score" };
  const asked = async (columns: string[]) => {
    const { query: found, lost } = await resolveColumns(
      query,
      names,
      columns.length,
      there(columns),
    );
    return [found.filters?.map((f) => f.column), found.sort?.map((s) => s.column), lost];
  };
  assert.deepEqual(await asked(["name", "score"]), [[0], [1], []]);
  assert.deepEqual(await asked(["id", "score", "name"]), [[2], [1], []]);
  assert.deepEqual(await asked(["name", "score", "score"]), [[0], [1], []]);
  assert.deepEqual(await asked(["name", "x", "score", "score"]), [[0], [], ["score"]]);
  assert.deepEqual(await asked(["first name"]), [[], [], ["score", "name"]]);
});

test("a column without a name is meant by its place, if there is one", async () => {
  const { query: found, lost } = await resolveColumns(query, {}, 1, there([]));
  assert.deepEqual([found.filters?.length, found.sort, lost], [1, [], ["column 2"]]);
});

test("a view that makes no sense is none", () => {
  assert.equal(readView(null), null);
  for (const text of ["", "{", "3", "null", '{"page":0,"size":10}', '{"page":1,"size":5000}']) {
    assert.equal(readView(text), null, text);
  }
  assert.equal(readView('{"size":10,"sort":[{}]}'), null);
  assert.equal(readView('{"size":10,"search":3}'), null);
  assert.equal(readView('{"size":10,"filters":3}'), null);
  assert.equal(readView('{"size":10,"names":{"0":3}}'), null);
});

test("a view is handed on with the names of the columns that its query is about", () => {
  const asked = { ...query, filters: [...(query.filters ?? []), { column: 7, op: "missing" }] };
  const view = { ...new Kernel().view, page: 3, query: asked as Query };
  const names = ["gene", "x".repeat(1001)];
  assert.deepEqual(
    viewToLink(view, (column) => names[column]),
    {
      page: 3,
      page_size: 100,
      query: asked,
      names: { 0: "gene" },
    },
  );
});

test("a link leads to a row and a column, which is found by its name", async () => {
  const view = { page: 3, page_size: 100, query: {}, names: { 1: "score" } };
  const link = linkToView("https://a.example/d/u-1", { ...view, at: { row: 204, column: 1 } });
  const text = new URLSearchParams(new URL(link).hash.slice(1)).get("view");
  assert.deepEqual(readView(text)?.at, { row: 204, column: 1 });
  const find = async (): Promise<[number, string][]> => [[4, "score"]];
  assert.equal(await resolveColumn(1, { 1: "score" }, 9, find), 4);
  assert.equal(await resolveColumn(1, { 1: "other" }, 9, find), null);
  assert.equal(await resolveColumn(null, {}, 9, find), null);
});

test("a row that is no row is left out of a link", () => {
  for (const at of ["x", [-1, 0], [0, "a"], [1.5, null], {}]) {
    const view = readView(JSON.stringify({ page: 1, size: 100, at }));
    assert.ok(view && !("at" in view));
  }
});
