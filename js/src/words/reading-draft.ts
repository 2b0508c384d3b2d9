// What people say about how a file is to be read, as the fields of a form hold it. Pure.

import type { Dialect, ReadOptions } from "../protocol/read-options.ts";
import type { TableState } from "../protocol/state.ts";
import {
  commentWords,
  DELIMITERS,
  delimiterWord,
  ENCODINGS,
  headerWords,
  QUOTINGS,
  wordFor,
} from "./reading-words.ts";

/** The values of the form; "" means "find out", and OTHER that the field beside it has the word. */
export interface ReadingDraft {
  delimiter: string;
  delimiter_other: string;
  quoting: string;
  encoding: string;
  encoding_other: string;
  header: string;
  header_line: string;
  comments: string;
  prefixes: string;
}

export const OTHER = "other";
export type Choices = [value: string, label: string][];

/** The form that says what is told. */
export function readingDraftOf(told: ReadOptions): ReadingDraft {
  const { delimiter, quoting, encoding, header, header_line, comments } = told;
  const offered = (words: Map<string, string>, value: string | null | undefined) =>
    value == null ? "" : words.has(value) ? value : OTHER;
  const prefixes = Array.isArray(comments) ? comments : [];
  return {
    delimiter: offered(DELIMITERS, delimiter),
    delimiter_other: DELIMITERS.has(delimiter ?? "") ? "" : (delimiter ?? ""),
    quoting: quoting ?? "",
    encoding: offered(ENCODINGS, encoding),
    encoding_other: ENCODINGS.has(encoding ?? "") ? "" : (encoding ?? ""),
    header: header_line != null ? OTHER : header == null ? "" : header ? "first" : "none",
    header_line: header_line == null ? "" : String(header_line),
    comments:
      comments == null ? "" : prefixes.length > 0 ? OTHER : comments === true ? "usual" : "none",
    prefixes: prefixes.join(" "),
  };
}

/** All that the form says, with what of `before` it has no field for; ready to be sent. */
export function readOptionsOf(draft: ReadingDraft, before: ReadOptions): ReadOptions {
  const told = withoutFields(before);
  if (draft.delimiter) told.delimiter = chosen(draft.delimiter, draft.delimiter_other);
  if (draft.quoting) told.quoting = draft.quoting;
  if (draft.encoding) told.encoding = chosen(draft.encoding, draft.encoding_other.trim());
  if (draft.header) told.header = draft.header !== "none";
  if (draft.header === OTHER) told.header_line = Number(draft.header_line);
  if (draft.comments === OTHER) told.comments = draft.prefixes.trim().split(/\s+/);
  else if (draft.comments) told.comments = draft.comments === "usual";
  return told;
}

function withoutFields(told: ReadOptions): ReadOptions {
  const { delimiter, quoting, encoding, header, header_line, comments, ...others } = told;
  return others;
}

const chosen = (value: string, other: string): string => (value === OTHER ? other : value);

/** Why the form cannot be sent as it is, and which field to fill in; null if it can. */
export function refuseReadingDraft(
  draft: ReadingDraft,
): { field: keyof ReadingDraft; message: string } | null {
  if (draft.delimiter === OTHER && draft.delimiter_other === "") {
    return { field: "delimiter_other", message: "Which character separates the cells?" };
  }
  if (draft.encoding === OTHER && draft.encoding_other.trim() === "") {
    return { field: "encoding_other", message: "Which encoding? Python’s names, such as koi8-r." };
  }
  if (draft.header === OTHER && !/^[1-9]\d*$/.test(draft.header_line)) {
    return { field: "header_line", message: "Which line is the header? Lines count from 1." };
  }
  if (draft.comments === OTHER && draft.prefixes.trim() === "") {
    return { field: "prefixes", message: "What do lines of comment begin with? Such as # or //." };
  }
  return null;
}

// --- what can be chosen -----------------------------------------------------------------------

/** What "find out" is called: with what was found, unless that is what was told. */
function findOut(told: boolean, found: string | undefined): [string, string] {
  return ["", told || found === undefined ? "Find out" : `Found out: ${found}`];
}

export function delimiterChoices({ told, reading }: TableState): Choices {
  const found = reading.delimiter === undefined ? undefined : delimiterWord(reading.delimiter);
  return [findOut(told?.delimiter != null, found), ...DELIMITERS, [OTHER, "Other…"]];
}

export function quotingChoices({ told, reading }: TableState): Choices {
  return [findOut(told?.quoting != null, wordIn(QUOTINGS, reading.quoting)), ...QUOTINGS];
}

export function encodingChoices({ told, reading }: TableState): Choices {
  const found = findOut(told?.encoding != null, wordIn(ENCODINGS, reading.encoding));
  return [found, ...ENCODINGS, [OTHER, "Other…"]];
}

export function headerChoices({ told, reading }: TableState): Choices {
  const known = told?.header != null || told?.header_line != null;
  const found = reading.header === undefined ? undefined : shortHeader(reading);
  return [findOut(known, found), ["first", "First line"], ["none", "None"], [OTHER, "Line…"]];
}

const shortHeader = (reading: Partial<Dialect>): string =>
  reading.names && !reading.header_line ? "none" : headerWords(reading).toLowerCase();

export function commentChoices({ told, reading }: TableState): Choices {
  const found = reading.comments === undefined ? undefined : commentWords(reading.comments);
  const choices: Choices = [
    findOut(told?.comments != null, found?.toLowerCase()),
    ["none", "None"],
    [OTHER, "Lines that begin with…"],
  ];
  if (told?.comments === true) choices.push(["usual", "The usual kinds"]);
  return choices;
}

const wordIn = (words: Map<string, string>, value: string | undefined): string | undefined =>
  value === undefined ? undefined : wordFor(words, value);
