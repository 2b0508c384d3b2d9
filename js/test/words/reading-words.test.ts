import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialect } from "../../src/protocol/read-options.ts";
import type { LineStats, TableState } from "../../src/protocol/state.ts";
import {
  commentWords,
  delimiterWord,
  dialectFacts,
  dialectSummary,
  headerWords,
  lineStatsFacts,
  lineWords,
  notableWords,
  rereadWords,
} from "../../src/words/reading-words.ts";

const READING: Dialect = {
  compression: "none",
  encoding: "utf-8",
  line_ends: "lf",
  delimiter: ",",
  quoting: "excel",
  quote: '"',
  escape: null,
  header: true,
  header_line: 3,
  row_names: false,
  names: null,
  skip: 2,
  comments: ["#"],
  missing: null,
  missing_in: [],
  types: [],
  format: null,
  notes: { delimiter: "every line has 4 commas" },
};
const NONE = { count: 0, lines: [] };
const CLEAN: LineStats = { short: NONE, long: NONE, blank: NONE, comments: NONE, undecodable: 0 };

const table = (changes: Partial<TableState> = {}): TableState => ({
  id: "t",
  name: "a.csv",
  bytes: 10,
  total_bytes: 10,
  rows: 12,
  columns: 5,
  status: "complete",
  problem: null,
  reading: READING,
  told: {},
  census: CLEAN,
  ...changes,
});

const factOf = (name: string, state: TableState) =>
  dialectFacts(state).find((one) => one.name === name);

test("a reading is said in words, with the reason", () => {
  assert.deepEqual(
    dialectFacts(table()).map(({ name, value }) => [name, value]),
    [
      ["Delimiter", "Comma"],
      ["Quoting", "Excel-style quotes"],
      ["Encoding", "UTF-8"],
      ["Line ends", "LF"],
      ["Header", "Line 3"],
      ["Comments", "Lines that begin with #"],
      ["Missing", "The usual words, among numbers and dates"],
      ["Compression", "None"],
    ],
  );
  assert.equal(factOf("Delimiter", table())?.why, "every line has 4 commas");
  assert.equal(factOf("Quoting", table())?.why, null);
});

test("what somebody said is told from what was found", () => {
  const told = { delimiter: ",", header_line: 3, skip: 2 };
  const state = table({ told });
  assert.equal(factOf("Delimiter", state)?.why, "Set by hand");
  assert.equal(factOf("Header", state)?.why, "Set by hand");
  assert.deepEqual(factOf("Skipped", state)?.value, "The first 2 lines");
  assert.equal(factOf("Encoding", state)?.why, null);
});

test("a note on something else comes at the end", () => {
  const notes = { reread: "a quote in line 9 spoke against quoting", delimiter: "unseen" };
  assert.deepEqual(dialectFacts(table({ reading: { notes } })), [
    { name: "Note", value: "A quote in line 9 spoke against quoting", why: null },
  ]);
});

test("what an older relay does not say is left out", () => {
  assert.deepEqual(dialectFacts(table({ reading: { encoding: "koi8-r" } })), [
    { name: "Encoding", value: "koi8-r", why: null },
  ]);
  assert.deepEqual(dialectFacts(table({ reading: {} })), []);
});

test("a header is a line, none, or the names of a specification", () => {
  assert.equal(headerWords({ header: true, header_line: 1204 }), `Line ${(1204).toLocaleString()}`);
  assert.equal(headerWords({ header: true, header_line: null }), "The first line");
  assert.equal(headerWords({ header: false, names: null }), "None");
  const named = { header: false, names: ["DB"] };
  assert.match(
    headerWords({ ...named, format: "GAF 2.x" }),
    /^None; .* GAF 2.x specification, not/,
  );
  assert.match(headerWords({ ...named, format: null }), /^None; .* told by hand/);
  assert.match(headerWords({ ...named, header_line: 4 }), /^Line 4, a comment/);
});

test("delimiters and comments that have no word of their own are quoted", () => {
  assert.deepEqual(["\t|\t", "~"].map(delimiterWord), ["Tab, pipe, tab", "“~”"]);
  assert.equal(commentWords([]), "None");
  assert.equal(commentWords(["#", "!", "@"]), "Lines that begin with #  !  or  @");
});

test("a census has a line for each kind that is there, with the first places", () => {
  const short = { count: 7, lines: [14, 23, 32, 41, 50] };
  const counts = { ...CLEAN, short, undecodable: 1 };
  assert.deepEqual(
    lineStatsFacts(table({ census: counts })).map(({ name, value }) => [name, value]),
    [
      ["12 rows", ""],
      ["7 short rows", "lines 14, 23, 32, 41, 50, …"],
      ["1 byte not decodable", ""],
    ],
  );
  assert.equal(lineStatsFacts(table({ census: null })).length, 1);
});

test("rows are short or long beside the header, or without one the first row", () => {
  const counts = { ...CLEAN, short: { count: 1, lines: [2] } };
  const why = (header: boolean) =>
    lineStatsFacts(table({ census: counts, reading: { ...READING, header } }))[1]?.why;
  assert.equal(why(true), "fewer cells than the header");
  assert.equal(why(false), "fewer cells than the first row");
});

test("places are listed as people do, and it shows when there are more", () => {
  assert.equal(lineWords({ count: 1, lines: [5] }), "line 5");
  assert.equal(lineWords({ count: 2, lines: [5, 9] }), "lines 5 and 9");
  assert.equal(lineWords({ count: 3, lines: [5, 9, 11] }), "lines 5, 9 and 11");
  assert.equal(lineWords({ count: 9, lines: [5, 9] }), "lines 5, 9, …");
});

test("only what is odd deserves attention", () => {
  const odd = { count: 1, lines: [3] };
  assert.deepEqual(notableWords(table()), []);
  assert.deepEqual(notableWords(table({ census: { ...CLEAN, blank: odd, comments: odd } })), []);
  assert.deepEqual(notableWords(table({ census: { ...CLEAN, long: odd, undecodable: 2 } })), [
    "1 long row",
    "2 bytes not decodable",
  ]);
});

test("a reading in a line, and what is said when it is new", () => {
  assert.equal(dialectSummary(table()), "Comma, UTF-8, excel-style quotes");
  assert.equal(dialectSummary(table({ reading: {} })), "");
  assert.equal(rereadWords(table()), "Read anew: comma-separated, 12 rows");
  const dump = table({ reading: { ...READING, delimiter: "\t|\t" }, rows: 1 });
  assert.equal(rereadWords(dump), "Read anew: separated by Tab, pipe, tab, 1 row");
});

test("words that were told for missing are named, those of single columns on lines of their own", () => {
  const missing_in = [
    { column: "age", words: ["-9", "n, a"] },
    { column: 2, words: [] },
  ];
  const reading = { ...READING, missing: ["-"], missing_in };
  const told = { missing: ["-"], missing_in };
  const state = table({ reading, told });
  assert.deepEqual(factOf("Missing", state), { name: "Missing", value: "-", why: "Set by hand" });
  assert.equal(factOf("In columns", state)?.value, 'age: -9, "n, a"\n#3:');
  assert.equal(
    factOf("Missing", table({ reading: { ...READING, missing: [] } }))?.value,
    "No words",
  );
});

test("other quotes and names of rows are said", () => {
  const reading = { ...READING, quote: "'", escape: "\\", row_names: true };
  const state = table({ reading });
  assert.equal(factOf("Quoting", state)?.value, "Excel-style quotes: ', after \\ they are text");
  assert.equal(factOf("Header", state)?.value, "Line 3, from the second column on");
});
