// How a file was read, in words: its dialect, and the statistics of its lines. Pure.

import type { Dialect, ReadOptions } from "../protocol/read-options.ts";
import type { LineCount, LineStats, TableState } from "../protocol/state.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { inQuotes, inside, sentence } from "./format.ts";
import { columnLines, lineOf } from "./missing-words.ts";

/** A property of a dialect or a count of lines: its name, its value, and why if anybody knows. */
export interface Fact {
  name: string;
  value: string;
  why: string | null;
}

// --- values -----------------------------------------------------------------------------------

export const delimiters = () =>
  new Map([
    ["\t", texts.tab],
    [",", texts.comma],
    [";", texts.semicolon],
    ["|", texts.pipe],
    ["\t|\t", texts.tabPipeTab],
    [" ", texts.spaceCharacter],
  ]);

export const quotings = () =>
  new Map([
    ["none", texts.noQuoting],
    ["excel", texts.excelQuotes],
    ["backslash", texts.backslashEscapes],
  ]);

export const quotes = () =>
  new Map([
    ['"', texts.doubleQuotes],
    ["'", texts.singleQuotes],
  ]);

export const escapes = () => new Map([["\\", texts.backslash]]);

export const encodings = () =>
  new Map([
    ["utf-8", "UTF-8"],
    ["utf-16-le", texts.utf16le],
    ["utf-16-be", texts.utf16be],
    ["latin-1", texts.latin1],
    ["cp1252", texts.cp1252],
    ["cp1250", texts.cp1250],
    ["cp1251", texts.cp1251],
    ["mac-roman", "Mac Roman"],
    ["shift_jis", texts.shiftJis],
    ["gb18030", texts.gb18030],
    ["big5", texts.big5],
    ["euc_kr", texts.eucKr],
  ]);

const lineEnds = () =>
  new Map([
    ["lf", "LF"],
    ["crlf", texts.crlf],
    ["cr", texts.cr],
    ["mixed", texts.mixed],
  ]);

/** A word for a value; the value itself if there is none. */
export const wordFor = (words: Map<string, string>, value: string): string =>
  words.get(value) ?? value;

export const delimiterWord = (delimiter: string): string =>
  delimiters().get(delimiter) ?? inQuotes(delimiter);

export function headerWords(reading: Partial<Dialect>): string {
  const { header, header_line, names, format, row_names } = reading;
  const shifted = row_names ? texts.fromSecond : "";
  const line = header_line ?? 0;
  if (header) return (line ? fill(texts.lineNo, { n: line }) : texts.theFirstLine) + shifted;
  if (!names) return texts.noneWord;
  if (line) return fill(texts.commentNames, { n: line });
  return format ? fill(texts.namesByFormat, { format }) : texts.namesByHand;
}

export function commentWords(prefixes: string[] | undefined): string {
  if (!prefixes?.length) return texts.noneWord;
  const last = prefixes.at(-1);
  const before = prefixes.slice(0, -1).join("  ");
  const marks = before ? fill(texts.marksOr, { before, last: last ?? "" }) : (last ?? "");
  return fill(texts.linesBegin, { marks });
}

/** Lines before the table that are skipped because somebody said so. */
const skipWords = (skip: number): string =>
  skip === 0 ? texts.noneWord : fill(texts.firstLines, { n: skip });

// --- the whole of it --------------------------------------------------------------------------

/** The properties of a table's dialect. */
export function dialectFacts(table: TableState): Fact[] {
  const { reading, told = {} } = table;
  const why = (name: keyof ReadOptions & string) =>
    isGiven(told, name) ? texts.setByHand : noteOn(reading, name);
  const known: (Fact | null)[] = [
    reading.format
      ? { name: texts.format, value: reading.format, why: noteOn(reading, "format") }
      : null,
    fact(texts.delimiter, reading.delimiter, delimiterWord, why("delimiter")),
    fact(texts.quoting, reading.quoting, () => quotingWords(reading), why("quoting")),
    fact(texts.encoding, reading.encoding, (value) => wordFor(encodings(), value), why("encoding")),
    fact(
      texts.lineEndsTitle,
      reading.line_ends,
      (value) => wordFor(lineEnds(), value),
      noteOn(reading, "line_ends"),
    ),
    fact(texts.header, reading.header, () => headerWords(reading), headerWhy(table, why)),
    fact(texts.comments, reading.comments, commentWords, why("comments")),
    fact(
      texts.missingTitle,
      reading.missing,
      missingTold,
      isGiven(told, "missing") ? texts.setByHand : null,
    ),
    reading.missing_in?.length
      ? { name: texts.inColumns, value: columnLines(reading.missing_in), why: texts.setByHand }
      : null,
    told.skip != null
      ? { name: texts.skipped, value: skipWords(told.skip), why: texts.setByHand }
      : null,
    fact(texts.compression, reading.compression, compressionWords, null),
  ];
  return [...known.filter((one) => one !== null), ...otherNotes(reading)];
}

const fact = <T>(
  name: string,
  value: T | undefined,
  words: (value: T) => string,
  why: string | null,
): Fact | null => (value === undefined ? null : { name, value: words(value), why });

function quotingWords(reading: Partial<Dialect>): string {
  const words = wordFor(quotings(), reading.quoting ?? "");
  if (reading.quoting !== "excel" || ((reading.quote ?? '"') === '"' && !reading.escape)) {
    return words;
  }
  const after = reading.escape ? fill(texts.afterEscape, { mark: reading.escape }) : "";
  return `${words}: ${reading.quote}${after}`;
}

/** The words that are taken as missing. */
const missingTold = (words: string[] | null): string => {
  if (words === null) return texts.usualWordsAmong;
  return words.length > 0 ? lineOf(words) : texts.noWords;
};

const compressionWords = (compression: string): string =>
  compression === "none" ? texts.noneWord : compression;

const headerWhy = (table: TableState, why: (name: "header" | "header_line") => string | null) =>
  isGiven(table.told ?? {}, "header_line") ? texts.setByHand : why("header");

const isGiven = (options: ReadOptions, name: keyof ReadOptions): boolean => options[name] != null;

const noteOn = (reading: Partial<Dialect>, name: string): string | null =>
  reading.notes?.[name] ?? null;

const NOTED = ["format", "line_ends", "delimiter", "quoting", "encoding", "header", "comments"];

/** Notes on nothing that has a line of its own. */
function otherNotes({ notes = {} }: Partial<Dialect>): Fact[] {
  const others = Object.entries(notes).filter(([name]) => !NOTED.includes(name));
  return others.map(([, note]) => ({ name: texts.note, value: sentence(note), why: null }));
}

// --- the statistics of the lines --------------------------------------------------------------

/** Kinds of lines that are counted: how many there are, and what they are. */
const LINE_KINDS: [
  kind: LineKind,
  words: (n: number) => string,
  meaning: (first: string) => string,
][] = [
  ["short", (n) => fill(texts.shortRows, { n }), (first) => fill(texts.fewerCells, { first })],
  ["long", (n) => fill(texts.longRows, { n }), (first) => fill(texts.moreCells, { first })],
  ["blank", (n) => fill(texts.blankLines, { n }), () => texts.keptAsRows],
  ["comments", (n) => fill(texts.commentLines, { n }), () => texts.notShownAsRows],
];
type LineKind = Exclude<keyof LineStats, "undecodable">;

/** The statistics of the lines: one entry for each kind that is there. */
export function lineStatsFacts(table: TableState): Fact[] {
  const { census: counts, rows, reading } = table;
  const found: Fact[] = [{ name: fill(texts.rows, { n: rows }), value: "", why: null }];
  if (!counts) return found;
  const first = reading.header ? texts.headerWord : texts.firstRowWord;
  for (const [kind, words, meaning] of LINE_KINDS) {
    const { count: n } = counts[kind];
    if (n > 0) found.push({ name: words(n), value: lineWords(counts[kind]), why: meaning(first) });
  }
  if (counts.undecodable > 0) {
    const why = texts.notValid;
    found.push({ name: undecodable(counts.undecodable), value: "", why });
  }
  return found;
}

const undecodable = (n: number): string => fill(texts.notDecodable, { n });

/** "line 5", "lines 5, 9 and 12", "lines 5, 9, 12, 20, 31, …". */
export function lineWords({ count: n, lines }: LineCount): string {
  const numbers = lines.map((line) => count(line));
  if (n > lines.length) return fill(texts.linesMore, { numbers: numbers.join(", ") });
  const last = numbers.pop() ?? "";
  return numbers.length > 0
    ? fill(texts.linesAnd, { numbers: numbers.join(", "), last })
    : fill(texts.lineOne, { last });
}

/** What is notable about a table's lines, in a few words each. */
export function notableWords(table: TableState): string[] {
  const { census: counts } = table;
  const found: string[] = [];
  if (counts?.short.count) found.push(fill(texts.shortRows, { n: counts.short.count }));
  if (counts?.long.count) found.push(fill(texts.longRows, { n: counts.long.count }));
  if (counts?.undecodable) found.push(undecodable(counts.undecodable));
  return found;
}

/** A dialect in a line: "Comma, UTF-8, no quoting". */
export function dialectSummary({ reading }: TableState): string {
  const parts = [
    reading.format,
    reading.delimiter && delimiterWord(reading.delimiter),
    reading.encoding && wordFor(encodings(), reading.encoding),
    reading.quoting && inside(wordFor(quotings(), reading.quoting)),
  ];
  return parts.filter(Boolean).join(", ");
}

/** What the live region says after a table was read anew. */
export function rereadWords({ reading, rows }: TableState): string {
  const by = reading.delimiter ? `${separated(reading.delimiter)}, ` : "";
  return fill(texts.readAnew, { by, rows: fill(texts.rows, { n: rows }) });
}

function separated(delimiter: string): string {
  const word = delimiters().get(delimiter);
  if (word === undefined || word.includes(","))
    return fill(texts.separatedBy, { word: delimiterWord(delimiter) });
  return fill(texts.wordSeparated, { word: inside(word) });
}
