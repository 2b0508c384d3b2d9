// Words for nothing as people type them: separated by commas, in quotes where need be. Pure.

import type { Profile } from "../protocol/query.ts";
import type { MissingIn } from "../protocol/read-options.ts";
import { fill, texts } from "../texts/texts.ts";

const PART = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/y;

/** The words of a line; a blank one has none. */
export function wordsFrom(line: string): string[] {
  const words: string[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < line.length) {
    const found = PART.exec(line);
    if (found === null) break;
    const word = found[1]?.replaceAll('""', '"') ?? (found[2] ?? "").trim();
    if (word !== "") words.push(word);
  }
  return words;
}

/** The line that has some words. */
export const lineOf = (words: string[]): string =>
  words
    .map((word) => (/^\s|[",]|\s$/.test(word) ? `"${word.replaceAll('"', '""')}"` : word))
    .join(", ");

/** What is told of single columns, a line for each: "age: -9, 99"; "#2: x" is the second column. */
export const columnLines = (told: MissingIn[]): string =>
  told
    .map(({ column, words }) => {
      const name = typeof column === "number" ? `#${column + 1}` : column;
      return `${name}: ${lineOf(words)}`.trimEnd();
    })
    .join("\n");

/** The same from these lines; null if one of them has no colon. */
export function columnsFrom(lines: string): MissingIn[] | null {
  const found: MissingIn[] = [];
  for (const line of lines.split("\n").filter((one) => one.trim() !== "")) {
    const [, name, words = ""] = /^(.*\S)\s*:(?:\s+(.*))?$/.exec(line.trim()) ?? [];
    if (name === undefined) return null;
    const place = /^#([1-9]\d*)$/.exec(name);
    found.push({ column: place ? Number(place[1]) - 1 : name, words: wordsFrom(words) });
  }
  return found;
}

/** The options for one column more, instead of what was told of it before. */
export function withColumn(
  told: MissingIn[],
  column: number,
  name: string | null,
  words: string[] | null,
): MissingIn[] {
  const others = told.filter((one) => one.column !== column && one.column !== name);
  return words === null ? others : [...others, { column: name ?? column, words }];
}

/** Which words of a column were taken for missing, as a sentence. */
export function takenWords({ na_words = [], kind }: Profile, told: string[] | null): string {
  const found = na_words.map(([word]) => word);
  const some = found.slice(0, 6).join(", ") + (found.length > 6 ? ", …" : "");
  if (found.length > 0) return fill(texts.takenMissing, { words: some });
  if (told !== null)
    return told.length > 0 ? fill(texts.toldNotHere, { words: lineOf(told) }) : texts.noWordMissing;
  return kind === "text" ? texts.noWordInText : texts.noWordHere;
}
