import assert from "node:assert/strict";
import { test } from "node:test";
import { isDate } from "../../src/words/dates.ts";
import { emptyFilterDraft, refuseFilterDraft } from "../../src/words/filter-draft.ts";
import { contract } from "../contracts.ts";

const cases = contract<{ texts: [text: string, isOne: boolean][] }>("dates");

test("which texts are dates is as in Python", () => {
  for (const [text, isOne] of cases.texts) assert.equal(isDate(text), isOne, text);
});

test("a filter is asked with each of them, and with no other", () => {
  for (const [text, isOne] of cases.texts) {
    const draft = { ...emptyFilterDraft("date"), value: ` ${text} ` };
    assert.equal(refuseFilterDraft(draft, "date") === null, isOne, text);
  }
});
