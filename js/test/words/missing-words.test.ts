import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../../src/protocol/query.ts";
import { missingWords } from "../../src/protocol/read-options.ts";
import {
  columnLines,
  columnsFrom,
  lineOf,
  takenWords,
  withColumn,
  wordsFrom,
} from "../../src/words/missing-words.ts";

test("words are separated by commas, and may be in quotes", () => {
  assert.deepEqual(wordsFrom("-9, none given,99"), ["-9", "none given", "99"]);
  assert.deepEqual(wordsFrom('"a, b", c "d", " "'), ["a, b", 'c "d"', " "]);
  for (const line of ["", " ", ",", " , ,"]) assert.deepEqual(wordsFrom(line), []);
  for (const words of [["-"], ["a,b", "c"], ['"'], [" x"], ['a", "b', ""]]) {
    assert.deepEqual(
      wordsFrom(lineOf(words)),
      words.filter((word) => word !== ""),
    );
  }
});

test("columns have a line each, by name or by place from 1", () => {
  const told = [
    { column: "age", words: ["-9", "99"] },
    { column: "ratio: a/b", words: ["x"] },
    { column: 2, words: [] },
  ];
  assert.equal(columnLines(told), "age: -9, 99\nratio: a/b: x\n#3:");
  assert.deepEqual(columnsFrom(columnLines(told)), told);
  assert.deepEqual(columnsFrom("\n"), []);
  assert.equal(columnsFrom("age: 9\nnonsense"), null);
});

test("the words of a column replace those told of it before", () => {
  const before = [
    { column: "age", words: ["-9"] },
    { column: 1, words: ["-1"] },
    { column: "b", words: [] },
  ];
  const others = [{ column: "b", words: [] }];
  assert.deepEqual(withColumn(before, 1, "age", ["x"]), [
    ...others,
    { column: "age", words: ["x"] },
  ]);
  assert.deepEqual(withColumn(before, 1, "age", null), others);
  assert.deepEqual(withColumn([], 4, null, ["x"]), [{ column: 4, words: ["x"] }]);
});

test("a column has its own words, else those of the table", () => {
  const missing_in = [
    { column: "age", words: ["-9"] },
    { column: 2, words: [] },
  ];
  assert.deepEqual(missingWords({ missing: ["-"], missing_in }, 0, "age"), ["-9"]);
  assert.deepEqual(missingWords({ missing: ["-"], missing_in }, 2, "x"), []);
  assert.deepEqual(missingWords({ missing: ["-"], missing_in }, 1, null), ["-"]);
  assert.equal(missingWords({}, 1, "age"), null);
});

test("the picture says what was taken as missing", () => {
  const profile = (kind: string, words: string[]) =>
    ({ kind, na_words: words.map((word) => [word, 1]) }) as Profile;
  assert.equal(takenWords(profile("number", ["NA", "-"]), null), "Taken as missing: NA, -");
  assert.equal(takenWords(profile("number", []), null), "No word for missing is here");
  assert.equal(takenWords(profile("text", []), null), "In text, no word is taken as missing");
  assert.equal(takenWords(profile("text", []), ["-9"]), "Told, but not here: -9");
  assert.equal(takenWords(profile("text", []), []), "No word is taken as missing");
});
