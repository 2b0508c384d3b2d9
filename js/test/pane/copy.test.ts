import assert from "node:assert/strict";
import { test } from "node:test";
import { asHtml, asText } from "../../src/pane/clipboard-text.ts";
import { collect } from "../../src/pane/copy.ts";
import type { Page } from "../../src/protocol/state.ts";
import { blockColumns, Sheet } from "../../src/view/sheet.ts";

test("cells are tab-separated, missing ones empty", () => {
  assert.equal(
    asText([
      ["a", "b"],
      ["c", undefined],
      ["", "007"],
    ]),
    "a\tb\nc\t\n\t007",
  );
});

test("quotes stand only where a cell would be read as something else", () => {
  const rows = [
    ["a\tb", "line\nend"],
    ['"quoted"', '5" disk'],
    ["c\rd", "plain, text"],
  ];
  assert.equal(asText(rows), '"a\tb"\t"line\nend"\n"""quoted"""\t5" disk\n"c\rd"\tplain, text');
});

test("one cell alone is its text, verbatim", () => {
  assert.equal(asText([['"a"\tb\n']]), '"a"\tb\n');
  assert.equal(asText([[undefined]]), "");
});

test("what is copied as a table is text, whatever is in it", () => {
  const html = asHtml([["<th>"], ["<img src=x onerror=alert(1)>&amp;"], ["a\r\nb"]], true);
  assert.ok(!/<img|<th></.test(html));
  assert.match(html, /<th [^>]*>&lt;th&gt;<\/th>/);
  assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;&amp;amp;/);
  assert.match(html, /a<br [^>]*>b/);
});

test("spreadsheets are told to leave alone what they would change", () => {
  const verbatim = (text: string) => asHtml([[text]], false).includes("mso-number-format");
  for (const text of ["007", "SEPT2", "1e5", "12345678901234567", "1-2", "+1", ".5", "=1+1"]) {
    assert.ok(verbatim(text), text);
  }
  for (const text of ["1", "-1.5", "0.001", "123456789012345", ""])
    assert.ok(!verbatim(text), text);
});

// A page of two rows and 250 columns, of which the first hundred came.
const block = (start: number): Page => ({
  ...{ table: "t", page: 1, n_pages: 1, page_size: 100, n_rows: 2, first_row: 0 },
  columns: { start, total: 250, names: names(start) },
  rows: [0, 1].map((row) => names(start).map((name) => `${row}/${name}`)),
  cut: start === 200 ? [[1, 203, 99]] : [],
});
const names = (start: number) =>
  Array.from({ length: Math.min(100, 250 - start) }, (_, i) => `c${start + i}`);

function source() {
  const asked: string[] = [];
  return {
    asked,
    fetchBlock: async (_: Sheet, number: number) => {
      asked.push(`block ${number}`);
      return block(blockColumns(number)[0]);
    },
    fetchCell: async (_: Sheet, row: number, column: number) => {
      asked.push(`cell ${row}:${column}`);
      return { type: "cell", id: "", text: "in full", bytes: 7, cut: false } as const;
    },
  };
}

test("columns that have not come are fetched, and cells that were cut are fetched whole", async () => {
  const from = source();
  const sheet = new Sheet(block(0));
  const columns = [3, 203, 5];
  const got = await collect({ sheet, top: 1, bottom: 2, columns }, from);
  assert.deepEqual(got.cells, [["1/c3", "in full", "1/c5"]]);
  assert.deepEqual(got.names, ["c3", "c203", "c5"]);
  assert.equal(got.parts, 0);
  assert.deepEqual(from.asked, ["block 2", "cell 1:203"]);
});

test("what was cut and is too long for the clipboard is copied in part, and counted", async () => {
  const long = { ...block(0), cut: [[0, 0, 30_000_000]] as [number, number, number][] };
  const range = { sheet: new Sheet(long), top: 0, bottom: 1, columns: [0] };
  const from = source();
  assert.deepEqual(await collect(range, from), { names: ["c0"], cells: [["0/c0"]], parts: 1 });
  assert.deepEqual(from.asked, []);
});

test("rows that have changed in the meantime are not mixed", async () => {
  const from = { ...source(), fetchBlock: async () => ({ ...block(100), table: "other" }) };
  const range = { sheet: new Sheet(block(0)), top: 0, bottom: 1, columns: [150] };
  await assert.rejects(collect(range, from), /changed/);
});
