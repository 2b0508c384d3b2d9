import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findHighlights,
  type SearchTerm,
  searchTermsOf,
} from "../../../src/grid/contents/highlights.ts";

const highlights = (text: string, wanted: string, more: Partial<SearchTerm> = {}) =>
  findHighlights(text, [{ text: wanted, caseless: true, at: "anywhere", ...more }]).map(
    ([start, stop]) => text.slice(start, stop),
  );

test("letters match whatever their case, as Unicode folds them", () => {
  assert.deepEqual(highlights("TP53, tp53", "Tp53"), ["TP53", "tp53"]);
  assert.deepEqual(highlights("Straße STRASSE", "strasse"), ["Straße", "STRASSE"]);
  assert.deepEqual(highlights("STRASSE", "straße"), ["STRASSE"]);
  assert.deepEqual(highlights("ΌΣΟΣ όσος", "όσοσ"), ["ΌΣΟΣ", "όσος"]);
  assert.deepEqual(highlights("ẞ ß ss", "SS"), ["ẞ", "ß", "ss"]);
  assert.deepEqual(highlights("K k K", "k"), ["K", "k", "K"]);
});

test("the small letter without a dot is not an i", () => {
  assert.deepEqual(highlights("ılık", "ilik"), []);
  assert.deepEqual(highlights("ılık", "ILIK"), []);
  assert.deepEqual(highlights("DİYAR", "i̇yar"), ["İYAR"]);
});

test("a hit within a character has all of it", () => {
  assert.deepEqual(highlights("aßb", "s"), ["ß"]);
  assert.deepEqual(highlights("aßb", "sb"), ["ßb"]);
  assert.deepEqual(highlights("ﬃx", "f"), ["ﬃ"]);
});

test("places are those of the text, also behind characters of two units", () => {
  assert.deepEqual(findHighlights("🧬🧬a", [{ text: "A", caseless: true, at: "anywhere" }]), [
    [4, 5],
  ]);
  assert.deepEqual(highlights("🧬𝒳🧬", "𝒳"), ["𝒳"]);
});

test("hits do not overlap, and neighbours are one", () => {
  assert.deepEqual(findHighlights("aaaa", [{ text: "aa", caseless: true, at: "anywhere" }]), [
    [0, 4],
  ]);
  const two: SearchTerm[] = [
    { text: "abc", caseless: false, at: "anywhere" },
    { text: "cde", caseless: true, at: "anywhere" },
  ];
  assert.deepEqual(findHighlights("xabcDEx abc", two), [
    [1, 6],
    [8, 11],
  ]);
});

test("case counts where it was asked for", () => {
  assert.deepEqual(highlights("TP tp", "tp", { caseless: false }), ["tp"]);
  assert.deepEqual(highlights("tp tp", "tp", { at: "start" }), ["tp"]);
  assert.deepEqual(findHighlights("tp tp", [{ text: "tp", caseless: true, at: "end" }]), [[3, 5]]);
  assert.deepEqual(highlights("tp tp", "tp", { at: "whole" }), []);
  assert.deepEqual(highlights("TP", "tp", { at: "whole" }), ["TP"]);
});

test("a column is searched for the search and for the texts in its own filters", () => {
  const query = {
    search: "a",
    filters: [
      { column: 1, op: "contains", value: "b", caseless: true },
      { column: 2, op: "contains", value: "c" },
      { column: 1, op: ">", value: 3 },
      { column: 1, op: "matches", value: "d+" },
    ],
  } as const;
  const asked = { ...query, filters: [...query.filters] };
  assert.deepEqual(searchTermsOf(asked, 1), [
    { text: "a", caseless: true, at: "anywhere" },
    { text: "b", caseless: true, at: "anywhere" },
  ]);
  assert.deepEqual(searchTermsOf({}, 1), []);
});
