import assert from "node:assert/strict";
import { after, test } from "node:test";
import { de } from "../../src/texts/de.ts";
import { en } from "../../src/texts/en.ts";
import { languageFor, OTHERS } from "../../src/texts/languages.ts";
import { count, type Entry, fill, speak, spoken, texts } from "../../src/texts/texts.ts";

const ENGLISH = { language: "en", locale: undefined };
const GERMAN = { language: "de", locale: "de-DE" };
const tables: Record<string, Record<string, Entry>> = { de };

after(() => speak(ENGLISH, {}));

const forms = (entry: Entry): string[] =>
  typeof entry === "string" ? [entry] : Object.values(entry);
const names = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort();

test("each language has a table, in which each text of English is, and no other", () => {
  assert.deepEqual(Object.keys(tables), [...OTHERS]);
  for (const table of Object.values(tables))
    assert.deepEqual(Object.keys(table).sort(), Object.keys(en).sort());
});

test("the same is filled into a text in all languages", () => {
  const wrong: string[] = [];
  for (const [language, table] of Object.entries(tables))
    for (const [key, entry] of Object.entries(en) as [string, Entry][]) {
      const [said, other] = [forms(entry).at(-1), forms(table[key] ?? "").at(-1)];
      if (String(names(said ?? "")) !== String(names(other ?? "")))
        wrong.push(`${language}: ${key}`);
    }
  assert.deepEqual(wrong, []);
});

test("a plural has all forms that its language tells apart, and says what it counts", () => {
  for (const [language, table] of Object.entries({ en, ...tables })) {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, entry] of Object.entries(table) as [string, Entry][]) {
      if (typeof entry === "string") continue;
      assert.deepEqual(
        Object.keys(entry).sort(),
        [...pluralCategories].sort(),
        `${language}: ${key}`,
      );
    }
  }
});

test("what is filled in stands as it is, and numbers as the reader writes them", () => {
  speak(ENGLISH, {});
  const two = "{who} turned to {page}" as const;
  assert.equal(fill(two, { who: "{page} & Co", page: 12012 }), "{page} & Co turned to 12,012");
  const rows = { one: "{n} row of {of}", other: "{n} rows of {of}" } as const;
  assert.equal(fill(rows, { n: 1, of: "x" }), "1 row of x");
  assert.equal(fill(rows, { n: 0, of: "x" }), "0 rows of x");
});

test("another language is spoken as far as it has the texts", () => {
  speak(GERMAN, { replace: "Ersetzen" });
  assert.deepEqual([texts.replace, texts.hideColumn], ["Ersetzen", en.hideColumn]);
  assert.deepEqual([spoken().language, count(12012)], ["de", "12.012"]);
  speak(ENGLISH, {});
  assert.equal(texts.replace, en.replace);
});

test("the first of a browser's languages counts that there are texts in", () => {
  assert.deepEqual(languageFor(["de-DE", "en"]), GERMAN);
  assert.deepEqual(languageFor(["fr", "DE", "en"]), { language: "de", locale: "DE" });
  for (const wanted of [[], ["en-GB", "de"], ["fr"], ["den"]])
    assert.deepEqual(languageFor(wanted), ENGLISH);
});
