// How a file was read, in words: its dialect, and the statistics of its lines. Pure.

import type { Dialect, ReadOptions } from "../protocol/read-options.ts";
import type { LineCount, LineStats, TableState } from "../protocol/state.ts";
import { count } from "../texts/texts.ts";
import { counted, sentence } from "./format.ts";
import { columnLines, lineOf } from "./missing-words.ts";

/** A property of a dialect or a count of lines: its name, its value, and why if anybody knows. */
export interface Fact {
  name: string;
  value: string;
  why: string | null;
}

// --- values -----------------------------------------------------------------------------------

export const DELIMITERS = new Map([
  ["\t", "Tab"],
  [",", "Comma"],
  [";", "Semicolon"],
  ["|", "Pipe"],
  ["\t|\t", "Tab, pipe, tab"],
  [" ", "Space"],
]);

export const QUOTINGS = new Map([
  ["none", "No quoting"],
  ["excel", "Excel-style quotes"],
  ["backslash", "Backslash escapes"],
]);

export const QUOTES = new Map([
  ['"', "Double quotes"],
  ["'", "Single quotes"],
]);

export const ESCAPES = new Map([["\\", "Backslash"]]);

export const ENCODINGS = new Map([
  ["utf-8", "UTF-8"],
  ["utf-16-le", "UTF-16, little-endian"],
  ["utf-16-be", "UTF-16, big-endian"],
  ["latin-1", "Latin-1 (Western European)"],
  ["cp1252", "Windows-1252 (Western European)"],
  ["cp1250", "Windows-1250 (Central European)"],
  ["cp1251", "Windows-1251 (Cyrillic)"],
  ["mac-roman", "Mac Roman"],
  ["shift_jis", "Shift JIS (Japanese)"],
  ["gb18030", "GB 18030 (Chinese)"],
  ["big5", "Big5 (Chinese)"],
  ["euc_kr", "EUC-KR (Korean)"],
]);

const LINE_ENDS = new Map([
  ["lf", "LF"],
  ["crlf", "CRLF, as on Windows"],
  ["cr", "CR, as on old Macs"],
  ["mixed", "Mixed"],
]);

/** A word for a value; the value itself if there is none. */
export const wordFor = (words: Map<string, string>, value: string): string =>
  words.get(value) ?? value;

export const delimiterWord = (delimiter: string): string =>
  DELIMITERS.get(delimiter) ?? `“${delimiter}”`;

export function headerWords(reading: Partial<Dialect>): string {
  const { header, header_line, names, format, row_names } = reading;
  const shifted = row_names ? ", from the second column on" : "";
  if (header) return (header_line ? `Line ${count(header_line)}` : "The first line") + shifted;
  if (!names) return "None";
  if (header_line) return `Line ${count(header_line)}, a comment that names the columns`;
  const source = format ? `from the ${format} specification` : "as told by hand";
  return `None; column names ${source}, not from the file`;
}

export function commentWords(prefixes: string[] | undefined): string {
  if (!prefixes?.length) return "None";
  const last = prefixes.at(-1);
  const before = prefixes.slice(0, -1).join("  ");
  return `Lines that begin with ${before ? `${before}  or  ${last}` : last}`;
}

/** Lines before the table that are skipped because somebody said so. */
const skipWords = (skip: number): string =>
  skip === 0 ? "None" : `The first ${counted(skip, "line", "lines")}`;

// --- the whole of it --------------------------------------------------------------------------

const SET_BY_HAND = "Set by hand";

/** The properties of a table's dialect. */
export function dialectFacts(table: TableState): Fact[] {
  const { reading, told = {} } = table;
  const why = (name: keyof ReadOptions & string) =>
    isGiven(told, name) ? SET_BY_HAND : noteOn(reading, name);
  const known: (Fact | null)[] = [
    reading.format
      ? { name: "Format", value: reading.format, why: noteOn(reading, "format") }
      : null,
    fact("Delimiter", reading.delimiter, delimiterWord, why("delimiter")),
    fact("Quoting", reading.quoting, () => quotingWords(reading), why("quoting")),
    fact("Encoding", reading.encoding, (value) => wordFor(ENCODINGS, value), why("encoding")),
    fact(
      "Line ends",
      reading.line_ends,
      (value) => wordFor(LINE_ENDS, value),
      noteOn(reading, "line_ends"),
    ),
    fact("Header", reading.header, () => headerWords(reading), headerWhy(table, why)),
    fact("Comments", reading.comments, commentWords, why("comments")),
    fact("Missing", reading.missing, missingTold, isGiven(told, "missing") ? SET_BY_HAND : null),
    reading.missing_in?.length
      ? { name: "In columns", value: columnLines(reading.missing_in), why: SET_BY_HAND }
      : null,
    told.skip != null ? { name: "Skipped", value: skipWords(told.skip), why: SET_BY_HAND } : null,
    fact("Compression", reading.compression, compressionWords, null),
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
  const words = wordFor(QUOTINGS, reading.quoting ?? "");
  if (reading.quoting !== "excel" || ((reading.quote ?? '"') === '"' && !reading.escape)) {
    return words;
  }
  const after = reading.escape ? `, after ${reading.escape} they are text` : "";
  return `${words}: ${reading.quote}${after}`;
}

/** The words that are taken as missing. */
const missingTold = (words: string[] | null): string => {
  if (words === null) return "The usual words, among numbers and dates";
  return words.length > 0 ? lineOf(words) : "No words";
};

const compressionWords = (compression: string): string =>
  compression === "none" ? "None" : compression;

const headerWhy = (table: TableState, why: (name: "header" | "header_line") => string | null) =>
  isGiven(table.told ?? {}, "header_line") ? SET_BY_HAND : why("header");

const isGiven = (options: ReadOptions, name: keyof ReadOptions): boolean => options[name] != null;

const noteOn = (reading: Partial<Dialect>, name: string): string | null =>
  reading.notes?.[name] ?? null;

const NOTED = ["format", "line_ends", "delimiter", "quoting", "encoding", "header", "comments"];

/** Notes on nothing that has a line of its own. */
function otherNotes({ notes = {} }: Partial<Dialect>): Fact[] {
  const others = Object.entries(notes).filter(([name]) => !NOTED.includes(name));
  return others.map(([, note]) => ({ name: "Note", value: sentence(note), why: null }));
}

// --- the statistics of the lines --------------------------------------------------------------

/** Kinds of lines, and what they are beside the header or first row. */
const LINE_KINDS: [
  kind: LineKind,
  one: string,
  many: string,
  meaning: (first: string) => string,
][] = [
  ["short", "short row", "short rows", (first) => `fewer cells than the ${first}`],
  ["long", "long row", "long rows", (first) => `more cells than the ${first}`],
  ["blank", "blank line", "blank lines", () => "kept as rows"],
  ["comments", "comment line", "comment lines", () => "not shown as rows"],
];
type LineKind = Exclude<keyof LineStats, "undecodable">;

/** The statistics of the lines: one entry for each kind that is there. */
export function lineStatsFacts(table: TableState): Fact[] {
  const { census: counts, rows, reading } = table;
  const found: Fact[] = [{ name: counted(rows, "row", "rows"), value: "", why: null }];
  if (!counts) return found;
  const first = reading.header ? "header" : "first row";
  for (const [kind, one, many, meaning] of LINE_KINDS) {
    const { count: n } = counts[kind];
    const name = counted(n, one, many);
    if (n > 0) found.push({ name, value: lineWords(counts[kind]), why: meaning(first) });
  }
  if (counts.undecodable > 0) {
    const why = "not valid in the encoding; shown as �";
    found.push({ name: undecodable(counts.undecodable), value: "", why });
  }
  return found;
}

const undecodable = (n: number): string => `${counted(n, "byte", "bytes")} not decodable`;

/** "line 5", "lines 5, 9 and 12", "lines 5, 9, 12, 20, 31, …". */
export function lineWords({ count: n, lines }: LineCount): string {
  const numbers = lines.map((line) => count(line));
  if (n > lines.length) return `lines ${numbers.join(", ")}, …`;
  const last = numbers.pop() ?? "";
  return numbers.length > 0 ? `lines ${numbers.join(", ")} and ${last}` : `line ${last}`;
}

/** What is notable about a table's lines, in a few words each. */
export function notableWords(table: TableState): string[] {
  const { census: counts } = table;
  const found: string[] = [];
  if (counts?.short.count) found.push(counted(counts.short.count, "short row", "short rows"));
  if (counts?.long.count) found.push(counted(counts.long.count, "long row", "long rows"));
  if (counts?.undecodable) found.push(undecodable(counts.undecodable));
  return found;
}

/** A dialect in a line: "Comma, UTF-8, no quoting". */
export function dialectSummary({ reading }: TableState): string {
  const parts = [
    reading.format,
    reading.delimiter && delimiterWord(reading.delimiter),
    reading.encoding && wordFor(ENCODINGS, reading.encoding),
    reading.quoting && wordFor(QUOTINGS, reading.quoting).toLowerCase(),
  ];
  return parts.filter(Boolean).join(", ");
}

/** What the live region says after a table was read anew. */
export function rereadWords({ reading, rows }: TableState): string {
  const by = reading.delimiter ? `${separated(reading.delimiter)}, ` : "";
  return `Read anew: ${by}${counted(rows, "row", "rows")}`;
}

function separated(delimiter: string): string {
  const word = DELIMITERS.get(delimiter);
  if (word === undefined || word.includes(",")) return `separated by ${delimiterWord(delimiter)}`;
  return `${word.toLowerCase()}-separated`;
}
