import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, uploadProgressText } from "../../src/bars/upload-progress.ts";
import type { LinkState } from "../../src/link/model.ts";
import { decodeRefusal } from "../../src/protocol/codec.ts";
import type { Snapshot, TableState } from "../../src/protocol/state.ts";
import { refuseUpload } from "../../src/view/uploads.ts";
import { announce, announceOwn, peopleWords } from "../../src/words/announce.ts";
import { Kernel } from "../kernel.ts";

const kernel = new Kernel();
const link = kernel.get("_link");
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

test("progress of one's own upload has its speed, and an end that the relay needs time for", () => {
  const upload = { name: "a.tsv", sent: 500, total: 1000, speed: 100 };
  assert.deepEqual(uploadProgressText(upload, table), {
    part: 0.5,
    text: "a.tsv: 500 bytes of 1 kB, 100 bytes/s, 5 seconds left",
  });
  assert.equal(uploadProgressText({ ...upload, sent: 1000 }, null)?.part, null);
});

test("what is left is told as people tell time", () => {
  assert.equal(duration(0.2), "1 second");
  assert.equal(duration(8.4), "8 seconds");
  assert.equal(duration(150), "3 minutes");
  assert.equal(duration(9000), "3 hours");
});

test("progress of what others upload is known by the shared state", () => {
  const coming = { ...table, status: "receiving", bytes: 250, total_bytes: 1000 } as TableState;
  assert.equal(uploadProgressText(null, coming)?.part, 0.25);
  assert.equal(uploadProgressText(null, { ...coming, total_bytes: null })?.part, null);
  assert.equal(uploadProgressText(null, { ...coming, bytes: 0, total_bytes: 0 })?.part, 1);
  assert.equal(uploadProgressText(null, table), null);
  assert.equal(uploadProgressText(null, null), null);
});

const file = (size: number) => ({ name: "a.tsv", size });
const code = (to: LinkState | null, key: string | null | undefined, size: number) =>
  refuseUpload(to, key, file(size))?.code ?? null;

test("an upload that cannot succeed is refused before it starts", () => {
  assert.ok(link);
  assert.equal(code(link, "k", 1000), null);
  assert.equal(code(link, null, 1000), null);
  assert.equal(code(link, "k", 1001), "too_large");
  assert.equal(code(link, undefined, 1), "unavailable");
  assert.equal(code({ ...link, role: "look" }, null, 1), "forbidden");
  assert.equal(code({ ...link, status: "stale" }, "k", 1), "unavailable");
  assert.equal(code(null, "k", 1), "unavailable");
  assert.match(refuseUpload(link, "k", file(5000))?.message ?? "", /a.tsv has 5 kB.*up to 1 kB/);
});

test("the relay's own words are shown if it has any", () => {
  const body = '{"error": {"code": "bad_table", "message": "not text"}}';
  const { code, message } = decodeRefusal(422, body);
  assert.deepEqual([code, message], ["bad_table", "not text"]);
  assert.match(decodeRefusal(502, "<html>").message, /HTTP 502/);
});
