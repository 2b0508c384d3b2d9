import assert from "node:assert/strict";
import { test } from "node:test";
import { findHits, type Needle, needlesOf } from "../../src/grid/highlights.ts";

const hits = (text: string, wanted: string, more: Partial<Needle> = {}) =>
  findHits(text, [{ text: wanted, caseless: true, at: "anywhere", ...more }]).map(([start, stop]) =>
    text.slice(start, stop),
  );

test("letters match whatever their case, as Unicode folds them", () => {
  assert.deepEqual(hits("TP53, tp53", "Tp53"), ["TP53", "tp53"]);
  assert.deepEqual(hits("Straße STRASSE", "strasse"), ["Straße", "STRASSE"]);
  assert.deepEqual(hits("STRASSE", "straße"), ["STRASSE"]);
  assert.deepEqual(hits("ΌΣΟΣ όσος", "όσοσ"), ["ΌΣΟΣ", "όσος"]);
  assert.deepEqual(hits("ẞ ß ss", "SS"), ["ẞ", "ß", "ss"]);
  assert.deepEqual(hits("K k K", "k"), ["K", "k", "K"]);
});

test("the small letter without a dot is not an i", () => {
  assert.deepEqual(hits("ılık", "ilik"), []);
  assert.deepEqual(hits("ılık", "ILIK"), []);
  assert.deepEqual(hits("DİYAR", "i̇yar"), ["İYAR"]);
});

test("a hit within a character has all of it", () => {
  assert.deepEqual(hits("aßb", "s"), ["ß"]);
  assert.deepEqual(hits("aßb", "sb"), ["ßb"]);
  assert.deepEqual(hits("ﬃx", "f"), ["ﬃ"]);
});

test("places are those of the text, also behind characters of two units", () => {
  assert.deepEqual(findHits("🧬🧬a", [{ text: "A", caseless: true, at: "anywhere" }]), [[4, 5]]);
  assert.deepEqual(hits("🧬𝒳🧬", "𝒳"), ["𝒳"]);
});

test("hits do not overlap, and neighbours are one", () => {
  assert.deepEqual(findHits("aaaa", [{ text: "aa", caseless: true, at: "anywhere" }]), [[0, 4]]);
  const two: Needle[] = [
    { text: "abc", caseless: false, at: "anywhere" },
    { text: "cde", caseless: true, at: "anywhere" },
  ];
  assert.deepEqual(findHits("xabcDEx abc", two), [
    [1, 6],
    [8, 11],
  ]);
});

test("case counts where it was asked for", () => {
  assert.deepEqual(hits("TP tp", "tp", { caseless: false }), ["tp"]);
  assert.deepEqual(hits("tp tp", "tp", { at: "start" }), ["tp"]);
  assert.deepEqual(findHits("tp tp", [{ text: "tp", caseless: true, at: "end" }]), [[3, 5]]);
  assert.deepEqual(hits("tp tp", "tp", { at: "whole" }), []);
  assert.deepEqual(hits("TP", "tp", { at: "whole" }), ["TP"]);
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
  assert.deepEqual(needlesOf(asked, 1), [
    { text: "a", caseless: true, at: "anywhere" },
    { text: "b", caseless: true, at: "anywhere" },
  ]);
  assert.deepEqual(needlesOf({}, 1), []);
});
