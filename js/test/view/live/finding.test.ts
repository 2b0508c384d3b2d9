import assert from "node:assert/strict";
import { test } from "node:test";
import { type Findable, Finding } from "../../../src/view/live/finding.ts";
import { hitWords } from "../../../src/words/find-words.ts";

/** A table of 300 rows, 100 on a page, with these hits: places, and the columns in each. */
class Table implements Findable {
  readonly query = { search: "" };
  top = 0;
  page: [number, number] = [0, 100];
  readonly went: string[] = [];
  readonly marked: unknown[] = [];
  asked = 0;
  readonly hits: [place: number, columns: number[]][];
  fail = "";
  constructor(...hits: [number, number[]][]) {
    this.hits = hits;
  }
  async find(_: string, { place, back }: { place: number; back: boolean }) {
    this.asked++;
    if (this.fail) throw new Error(this.fail);
    const { length: total } = this.hits;
    const places = this.hits.map(([at]) => at);
    const next = places.findIndex((at) => at >= place);
    const last = places.findLastIndex((at) => at <= place);
    const at = back ? (last < 0 ? total - 1 : last) : Math.max(0, next);
    const [found = 0, columns = []] = this.hits[at] ?? [];
    const number = total === 0 ? 0 : at + 1;
    return { type: "find" as const, id: "1", total, number, place: found, row: found, columns };
  }
  inOrder(columns: number[]) {
    return columns.filter((column) => column < 90).sort((a, b) => a - b);
  }
  go(place: number, column: number | null) {
    this.went.push(`${place}:${column}`);
  }
  mark(text: string, hit: { row: number; column: number | null } | null) {
    this.marked.push([text, hit && `${hit.row}:${hit.column}`]);
  }
}

const open = (...hits: [number, number[]][]) => {
  const table = new Table(...hits);
  return { table, finding: new Finding(table, () => {}) };
};

test("while one types, no page is turned", async () => {
  const { table, finding } = open([150, [2]]);
  await finding.look("tp53");
  assert.deepEqual(table.went, []);
  assert.deepEqual(table.marked.at(-1), ["tp53", null]);
  assert.equal(hitWords(finding.state), "hit 1 of 1");
  await finding.step(1);
  assert.deepEqual(table.went, ["150:2"], "the first step goes there");
});

test("a hit on the page is gone to, then the cells of its row, then the next row", async () => {
  const { table, finding } = open([7, [5, 2, 99]], [207, [1]]);
  await finding.look("tp53");
  assert.equal(hitWords(finding.state), "hit 1 of 2, cell 1 of 2");
  await finding.step(1);
  await finding.step(1);
  await finding.step(1);
  assert.deepEqual(table.went, ["7:2", "7:5", "207:1", "7:2"]);
  assert.equal(table.asked, 3, "within a row nobody is asked");
});

test("backwards one comes from the last cell of the row before", async () => {
  const { table, finding } = open([7, [5, 2]], [207, [1]]);
  await finding.look("tp53");
  await finding.step(-1);
  await finding.step(-1);
  assert.deepEqual(table.went, ["7:2", "207:1", "7:5"]);
});

test("where all cells of a hit are hidden, its row is gone to", async () => {
  const { table, finding } = open([7, [95]]);
  await finding.look("tp53");
  assert.deepEqual(table.went, ["7:null"]);
});

test("what is not there, and what went wrong, is said", async () => {
  const { table, finding } = open();
  await finding.look("tp53");
  assert.equal(hitWords(finding.state), "not found");
  assert.equal(finding.found, false);
  table.fail = "this takes too long";
  await finding.look("tp54");
  assert.equal(hitWords(finding.state), "This takes too long");
});

test("the answer to an older text counts for nothing", async () => {
  const { table, finding } = open([7, [1]]);
  const older = finding.look("t");
  await finding.look("");
  await older;
  assert.deepEqual([finding.hit, table.went, finding.busy], [null, [], false]);
});

test("who stops finding has no marks left", async () => {
  const { table, finding } = open([7, [1]]);
  await finding.look("tp53");
  finding.stop();
  assert.deepEqual(table.marked.at(-1), ["", null]);
  assert.equal(finding.hit, null);
});
