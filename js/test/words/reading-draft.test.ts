import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialect, ReadOptions } from "../../src/protocol/read-options.ts";
import type { TableState } from "../../src/protocol/state.ts";
import {
  commentChoices,
  delimiterChoices,
  encodingChoices,
  headerChoices,
  OTHER,
  quotingChoices,
  readingDraftOf,
  readOptionsOf,
  refuseReadingDraft,
} from "../../src/words/reading-draft.ts";

const again = (told: ReadOptions) => readOptionsOf(readingDraftOf(told), told);

test("what is told comes back from the form as it was", () => {
  const all: ReadOptions[] = [
    {},
    { delimiter: "\t|\t", quoting: "backslash", encoding: "cp1252", header: true },
    { delimiter: "~", encoding: "koi8-r", header: false, comments: false },
    { header: true, header_line: 12, comments: ["#", "//"], skip: 3 },
    { comments: true },
    { quoting: "excel", strict: false } as ReadOptions,
    { quote: "'", escape: "\\", row_names: true },
    { quote: "~", escape: "", row_names: false },
    { escape: "^", missing: [] },
    { missing: ["-", "none given", "a, b", 'say "no"'] },
    { missing_in: [{ column: "age: in years", words: ["-9", "99"] }] },
    {
      missing_in: [
        { column: 3, words: [] },
        { column: "b", words: ["x"] },
      ],
    },
  ];
  for (const told of all) assert.deepEqual(again(told), told);
});

test("null is as good as absent: find out", () => {
  assert.deepEqual(again({ header: null, quoting: null, comments: null, encoding: null }), {});
});

test("the form names what is chosen from its lists, and holds the rest beside them", () => {
  const draft = readingDraftOf({
    delimiter: ";",
    encoding: "koi8-r",
    header: false,
    comments: ["#", "!"],
  });
  assert.equal(draft.delimiter, ";");
  assert.deepEqual([draft.encoding, draft.encoding_other], [OTHER, "koi8-r"]);
  assert.deepEqual([draft.header, draft.header_line], ["none", ""]);
  assert.deepEqual([draft.comments, draft.prefixes], [OTHER, "# !"]);
});

test("words in fields that were not chosen count for nothing", () => {
  const draft = { ...readingDraftOf({}), header_line: "4", prefixes: "#", encoding_other: "x" };
  assert.deepEqual(readOptionsOf(draft, {}), {});
});

test("a choice of something else needs the something", () => {
  const refused = (changes: object) =>
    refuseReadingDraft({ ...readingDraftOf({}), ...changes })?.field ?? null;
  assert.equal(refused({}), null);
  assert.equal(refused({ delimiter: OTHER }), "delimiter_other");
  assert.equal(refused({ delimiter: OTHER, delimiter_other: " " }), null);
  assert.equal(refused({ encoding: OTHER, encoding_other: " " }), "encoding_other");
  assert.equal(refused({ comments: OTHER }), "prefixes");
  for (const line of ["", "0", "-1", "1.5", "x"]) {
    assert.equal(refused({ header: OTHER, header_line: line }), "header_line", line);
  }
  assert.equal(refused({ header: OTHER, header_line: "12" }), null);
  for (const mark of ["quote", "escape"]) {
    for (const text of ["", "ab", " "])
      assert.equal(refused({ [mark]: OTHER, [`${mark}_other`]: text }), `${mark}_other`);
    assert.equal(refused({ [mark]: OTHER, [`${mark}_other`]: "'" }), null);
  }
  assert.equal(refused({ missing: OTHER, missing_words: " , " }), "missing_words");
  assert.equal(refused({ missing: OTHER, missing_words: "-" }), null);
  for (const lines of ["", "age", "age -9"])
    assert.equal(refused({ missing_in: OTHER, missing_lines: lines }), "missing_lines", lines);
  assert.equal(refused({ missing_in: OTHER, missing_lines: "age: -9" }), null);
});

// --- what can be chosen ---

const reading: Partial<Dialect> = {
  delimiter: "~",
  quoting: "none",
  encoding: "utf-8",
  header: true,
  header_line: 3,
  comments: ["#"],
};
const state = (told: ReadOptions, changes: Partial<Dialect> = {}): TableState =>
  ({ told, reading: { ...reading, ...changes } }) as TableState;

const first = (choices: [string, string][]) => choices[0]?.[1];

test("the first choice is to find out, and says what was found", () => {
  assert.equal(first(delimiterChoices(state({}))), "“~” (found)");
  assert.equal(first(quotingChoices(state({}))), "No quoting (found)");
  assert.equal(first(encodingChoices(state({}))), "UTF-8 (found)");
  assert.equal(first(headerChoices(state({}))), "Line 3 (found)");
  const named = { header: false, header_line: null, names: ["a"] };
  assert.equal(first(headerChoices(state({}, named))), "None (found)");
  assert.equal(first(commentChoices(state({}))), "Lines that begin with # (found)");
});

test("what was told hides what would be found", () => {
  assert.equal(first(delimiterChoices(state({ delimiter: "," }))), "Find out");
  assert.equal(first(headerChoices(state({ header_line: 3 }))), "Find out");
  assert.equal(first(headerChoices({ told: {}, reading: {} } as TableState)), "Find out");
});

test("every value that the form can show can be chosen", () => {
  const values = (choices: [string, string][]) => choices.map(([value]) => value);
  const told: ReadOptions = { delimiter: "~", encoding: "koi8-r", header_line: 2, comments: true };
  const draft = readingDraftOf(told);
  assert.ok(values(delimiterChoices(state(told))).includes(draft.delimiter));
  assert.ok(values(encodingChoices(state(told))).includes(draft.encoding));
  assert.ok(values(headerChoices(state(told))).includes(draft.header));
  assert.ok(values(commentChoices(state(told))).includes(draft.comments));
});
