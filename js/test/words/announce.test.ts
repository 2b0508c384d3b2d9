import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot, TableState } from "../../src/protocol/state.ts";
import { afterGrowth, announce, announceOwn, peopleWords } from "../../src/words/announce.ts";
import { Kernel } from "../kernel.ts";

const kernel = new Kernel();
const known = kernel.get("_state") as Snapshot;
const table = known.state.table as TableState;

const thousand = (1000).toLocaleString();

const next = (event: string, change: Partial<TableState> = {}, page = 13): Snapshot => ({
  ...known,
  event,
  state: { table: { ...table, ...change }, view: { ...known.state.view, page }, undo: null },
});

const nameOf = (column: number) => `c${column}`;
const here = { following: true, who: null, nameOf };
const alone = { ...here, following: false };
const ada = { ...here, who: "Ada" };

test("the status region says what changed", () => {
  assert.equal(announce(known, next("page"), here), "Page turned to 13");
  assert.equal(announce(known, next("page_size"), here), "100 rows on a page");
  assert.equal(announce(known, next("table", { name: "new.tsv" }), here), "new.tsv is coming in");
  assert.equal(announce(known, next("complete"), here), `t1.tsv, ${thousand} rows`);
  assert.equal(announce(known, next("incomplete"), here), "t1.tsv is incomplete");
  assert.equal(
    announce(known, next("reverted"), here),
    `The upload was stopped. t1.tsv, ${thousand} rows`,
  );
});

test("it says who did it", () => {
  assert.equal(announce(known, next("page"), ada), "Ada turned to page 13 of 10");
  const view = { ...known.state.view, query: { sort: [{ column: 1 }] }, n_rows: 12 };
  const sorted: Snapshot = { ...next("query"), state: { ...next("query").state, view } };
  assert.equal(announce(known, sorted, ada), "Ada sorted by c1, ascending");
  assert.equal(announce(known, sorted, here), "Sorted by c1, ascending");
  assert.equal(announce(sorted, next("query"), ada), `Ada: All ${thousand} rows, as in the file`);
  assert.equal(announce(known, next("bring"), ada), "Ada brought everyone to page 13");
  assert.equal(announce(known, next("undo"), here), `You brought back t1.tsv, ${thousand} rows`);
});

test("to somebody on their own it says what everyone does, and what they do", () => {
  assert.equal(announce(known, next("page"), alone), "Everyone turned to page 13");
  assert.equal(announceOwn(4), "On your own on page 4");
});

test("a table that was read anew says how", () => {
  const reading = { delimiter: "," };
  const said = announce(known, next("reading", { reading }), here);
  assert.equal(said, `Read anew: comma-separated, ${thousand} rows`);
  assert.equal(announce(known, next("rereading", { status: "rereading" }), here), null);
});

test("it is quiet about growth, and about coming back to the same", () => {
  assert.equal(announce(known, next("growth"), here), null);
  assert.equal(announce(known, next("welcome", {}, 1), here), null);
  assert.equal(announce(known, next("welcome"), here), "Page turned to 13");
  assert.equal(announce(null, next("welcome"), here), `t1.tsv, ${thousand} rows`);
});

test("who is there is said as people count", () => {
  assert.equal(peopleWords(1), "Only you are here");
  assert.equal(peopleWords(3), "3 people here");
});

test("what was said of how many rows there are does not stay once there are more", () => {
  const before = next("welcome", { rows: 131 });
  const after = next("growth", { rows: 529 });
  const said = announce(null, before, here) ?? "";
  assert.equal(said, "t1.tsv, 131 rows");
  assert.equal(afterGrowth(said, before, after, here), "t1.tsv is growing");
  assert.equal(afterGrowth("Page turned to 3", before, after, here), "Page turned to 3");
  assert.equal(afterGrowth(said, before, next("growth", { rows: 131 }), here), said);
});

test("a page that growth turns at once is not said to be the one before", () => {
  const [before, after] = [next("page", {}, 14), next("growth", {}, 15)];
  for (const listener of [here, { ...here, who: "Ada" }, { ...here, following: false }]) {
    const said = announce(known, before, listener) ?? "";
    assert.equal(
      afterGrowth(said, before, after, listener),
      announce(known, { ...after, event: "page" }, listener),
    );
    assert.match(afterGrowth(said, before, after, listener), /15/);
  }
});

test("of a table on its way it is not said how many rows it has", () => {
  const coming = next("welcome", { rows: 0, status: "receiving" });
  assert.equal(announce(null, coming, here), "t1.tsv is coming in");
});
