import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyFilterDraft, filtersFrom, refuseFilterDraft } from "../../src/words/filter-draft.ts";
import { isNothing, isNumber, isNumeric, nothingOf } from "../../src/words/numbers.ts";
import { contract } from "../contracts.ts";

const cases = contract<{
  texts: [text: string, isOne: boolean][];
  words_for_nothing: string[];
  nothing: string[];
  something: string[];
  columns: { cells: string[]; numeric: boolean | null }[];
  told: { words: string[]; nothing: string[]; something: string[] }[];
}>("numbers");

test("which texts are numbers is as in Python", () => {
  for (const [text, isOne] of cases.texts)
    assert.equal(isNumber(text), isOne, JSON.stringify(text));
});

test("which columns are numeric, and which words say nothing, is as in Python", () => {
  for (const { cells, numeric } of cases.columns) {
    assert.equal(isNumeric(cells), numeric, JSON.stringify(cells));
    assert.equal(isNumeric([undefined, ...cells]), numeric, "a missing cell says nothing");
  }
  for (const word of [...cases.words_for_nothing, ...cases.nothing])
    assert.ok(isNothing(word), word);
  for (const word of cases.something) assert.ok(!isNothing(word), word);
});

test("words that were told say nothing as in Python", () => {
  for (const { words, nothing, something } of cases.told) {
    const saysNothing = nothingOf(words);
    for (const cell of nothing) assert.ok(saysNothing(cell), JSON.stringify(cell));
    for (const cell of something) assert.ok(!saysNothing(cell), JSON.stringify(cell));
    assert.equal(isNumeric([...nothing, "7"], saysNothing), true);
    assert.equal(isNumeric(nothing, saysNothing), null);
  }
});

test("a filter is asked with each of them, and the number stays what it is", () => {
  for (const [text, isOne] of cases.texts) {
    const draft = { ...emptyFilterDraft("number"), value: text };
    // What is typed may have any blanks around it, also those that no cell may have.
    if (!isOne && !isNumber(text.trim())) assert.ok(refuseFilterDraft(draft, "number"), text);
    if (!isOne) continue;
    assert.equal(refuseFilterDraft(draft, "number"), null, text);
    const sent = JSON.parse(JSON.stringify(filtersFrom(draft, 0, "number")));
    assert.notEqual(sent[0].value, null, text);
    assert.equal(Number(sent[0].value), Number(text), text);
  }
});
