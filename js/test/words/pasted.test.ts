import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isAddress,
  isTable,
  nameInAddress,
  pastedRows,
  textOfRows,
  withoutHeader,
} from "../../src/words/pasted.ts";

test("cells are as spreadsheets put them on the clipboard", () => {
  const cases: [string, string[][]][] = [
    [
      "a\tb\r\n1\t2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a\tb\n1\t2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a\t\n\tb",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ['"two\nlines"\t"say ""hi"""\n', [["two\nlines", 'say "hi"']]],
    ['5" pipe\t6"\n', [['5" pipe', '6"']]],
    ['"open\tx\n', [['"open', "x"]]],
    ["007\t 1 \n", [["007", " 1 "]]],
    ["a\n\nb\n", [["a"], [""], ["b"]]],
    ["", []],
  ];
  for (const [text, rows] of cases) assert.deepEqual(pastedRows(text), rows, text);
});

test("rows make a text that reads back to them", () => {
  const rows = [
    ["a", 'b "c"'],
    ["x\ty", "two\nlines"],
    ["", "é"],
  ];
  assert.deepEqual(pastedRows(textOfRows(rows)), rows);
});

test("a long text is read in one go, whatever its quotes", () => {
  const text = '"'.repeat(100_000);
  assert.ok(pastedRows(text).length > 0);
  assert.equal(pastedRows("a\tb\n".repeat(100_000)).length, 100_000);
});

test("one cell is no table, and an address is one by itself", () => {
  assert.ok(isTable("a\tb") && isTable("a\nb") && !isTable("a\n") && !isTable(""));
  assert.ok(
    isAddress(" https://host/x.tsv\n") && !isAddress("https://a b") && !isAddress("ftp://a"),
  );
  assert.equal(nameInAddress("https://host/data/my%20genes.tsv?raw=1"), "my genes.tsv");
  assert.equal(nameInAddress("https://host/"), "host");
  assert.equal(nameInAddress("https://host/%zz"), "%zz");
});

test("a header that comes along is left out where the table has it", () => {
  const rows = [
    ["gene", "score"],
    ["A", "1"],
  ];
  assert.deepEqual(withoutHeader(rows, ["gene", "score"]), [["A", "1"]]);
  assert.deepEqual(withoutHeader(rows, ["gene", undefined]), rows);
  assert.deepEqual(withoutHeader([["a"]], ["a"]), [["a"]]);
});
