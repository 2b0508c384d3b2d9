// A reading draft: read options as the fields of a form hold them. Pure.

import type { Dialect, ReadOptions } from "../protocol/read-options.ts";
import type { TableState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { inside, sentence } from "./format.ts";
import { columnLines, columnsFrom, lineOf, wordsFrom } from "./missing-words.ts";
import {
  commentWords,
  delimiters,
  delimiterWord,
  encodings,
  escapes,
  headerWords,
  quotes,
  quotings,
  wordFor,
} from "./reading-words.ts";

/** The values of the form; "" means "find out", and OTHER that the field beside it has the value. */
export interface ReadingDraft {
  delimiter: string;
  delimiter_other: string;
  quoting: string;
  encoding: string;
  encoding_other: string;
  quote: string;
  quote_other: string;
  escape: string;
  escape_other: string;
  row_names: string;
  missing: string;
  missing_words: string;
  missing_in: string;
  missing_lines: string;
  header: string;
  header_line: string;
  comments: string;
  prefixes: string;
}

export const OTHER = "other";
const NONE = "none";
export type Choices = [value: string, label: string][];

/** The draft of some options. */
export function readingDraftOf(options: ReadOptions): ReadingDraft {
  const { delimiter, quoting, encoding, header, header_line, comments } = options;
  const { quote, row_names, missing, missing_in } = options;
  const offered = (words: Map<string, string>, value: string | null | undefined) =>
    value == null ? "" : words.has(value) ? value : OTHER;
  const prefixes = Array.isArray(comments) ? comments : [];
  return {
    delimiter: offered(delimiters(), delimiter),
    delimiter_other: delimiters().has(delimiter ?? "") ? "" : (delimiter ?? ""),
    quoting: quoting ?? "",
    encoding: offered(encodings(), encoding),
    encoding_other: encodings().has(encoding ?? "") ? "" : (encoding ?? ""),
    quote: offered(quotes(), quote),
    quote_other: quotes().has(quote ?? "") ? "" : (quote ?? ""),
    escape: options.escape === "" ? NONE : offered(escapes(), options.escape),
    escape_other: escapes().has(options.escape ?? "") ? "" : (options.escape ?? ""),
    row_names: row_names == null ? "" : row_names ? "yes" : NONE,
    missing: missing == null ? "" : missing.length > 0 ? OTHER : NONE,
    missing_words: lineOf(missing ?? []),
    missing_in: missing_in?.length ? OTHER : "",
    missing_lines: columnLines(missing_in ?? []),
    header: header_line != null ? OTHER : header == null ? "" : header ? "first" : "none",
    header_line: header_line == null ? "" : String(header_line),
    comments:
      comments == null ? "" : prefixes.length > 0 ? OTHER : comments === true ? "usual" : "none",
    prefixes: prefixes.join(" "),
  };
}

/** The options of a draft, with those of `before` that the form has no field for. */
export function readOptionsOf(draft: ReadingDraft, before: ReadOptions): ReadOptions {
  const options = withoutFields(before);
  if (draft.delimiter) options.delimiter = chosen(draft.delimiter, draft.delimiter_other);
  if (draft.quoting) options.quoting = draft.quoting;
  if (draft.encoding) options.encoding = chosen(draft.encoding, draft.encoding_other.trim());
  if (draft.quote) options.quote = chosen(draft.quote, draft.quote_other);
  if (draft.escape) {
    options.escape = draft.escape === NONE ? "" : chosen(draft.escape, draft.escape_other);
  }
  if (draft.row_names) options.row_names = draft.row_names !== NONE;
  if (draft.missing) options.missing = draft.missing === NONE ? [] : wordsFrom(draft.missing_words);
  if (draft.missing_in) options.missing_in = columnsFrom(draft.missing_lines) ?? [];
  if (draft.header) options.header = draft.header !== "none";
  if (draft.header === OTHER) options.header_line = Number(draft.header_line);
  if (draft.comments === OTHER) options.comments = draft.prefixes.trim().split(/\s+/);
  else if (draft.comments) options.comments = draft.comments === "usual";
  return options;
}

function withoutFields(options: ReadOptions): ReadOptions {
  const { delimiter, quoting, encoding, header, header_line, comments, ...more } = options;
  const { quote, escape: _, row_names, missing, missing_in, ...others } = more;
  return others;
}

const chosen = (value: string, other: string): string => (value === OTHER ? other : value);

/** Why a draft cannot be sent, and which field to fill in; null if it can. */
export function refuseReadingDraft(
  draft: ReadingDraft,
): { field: keyof ReadingDraft; message: string } | null {
  if (draft.delimiter === OTHER && draft.delimiter_other === "") {
    return { field: "delimiter_other", message: texts.whichSeparator };
  }
  for (const mark of ["quote", "escape"] as const) {
    if (draft[mark] === OTHER && !/^[!-~]$/.test(draft[`${mark}_other`])) {
      return { field: `${mark}_other`, message: texts.whichCharacter };
    }
  }
  if (draft.missing === OTHER && wordsFrom(draft.missing_words).length === 0) {
    return { field: "missing_words", message: texts.whichWords };
  }
  if (draft.missing_in === OTHER && !columnsFrom(draft.missing_lines)?.length) {
    const message = texts.whichWordsWhere;
    return { field: "missing_lines", message };
  }
  if (draft.encoding === OTHER && draft.encoding_other.trim() === "") {
    return { field: "encoding_other", message: texts.whichEncoding };
  }
  if (draft.header === OTHER && !/^[1-9]\d*$/.test(draft.header_line)) {
    return { field: "header_line", message: texts.whichHeader };
  }
  if (draft.comments === OTHER && draft.prefixes.trim() === "") {
    return { field: "prefixes", message: texts.whichComments };
  }
  return null;
}

// --- what can be chosen -----------------------------------------------------------------------

/** The choice "find out": with what was found, unless the option was given. */
function findOut(given: boolean, found: string | undefined): [string, string] {
  return [
    "",
    given || found === undefined ? texts.findOut : sentence(fill(texts.foundOut, { found })),
  ];
}

const separatedBy = (delimiter: string): string => {
  const word = delimiterWord(delimiter);
  return /^[A-Z]\w+$/.test(word) ? fill(texts.wordSeparated, { word }) : word;
};

export function delimiterChoices({ told, reading }: TableState): Choices {
  const found = reading.delimiter === undefined ? undefined : separatedBy(reading.delimiter);
  return [findOut(told?.delimiter != null, found), ...delimiters(), [OTHER, texts.otherChoice]];
}

export function quotingChoices({ told, reading }: TableState): Choices {
  return [findOut(told?.quoting != null, wordIn(quotings(), reading.quoting)), ...quotings()];
}

export function quoteChoices({ told, reading }: TableState): Choices {
  const found = reading.quoting === "excel" ? wordIn(quotes(), reading.quote) : undefined;
  return [
    findOut(told?.quote != null, found && inside(found)),
    ...quotes(),
    [OTHER, texts.otherChoice],
  ];
}

export function escapeChoices({ told, reading }: TableState): Choices {
  const known = reading.quoting === "excel" && reading.escape !== undefined;
  const found = known ? wordFor(escapes(), reading.escape ?? "none") : undefined;
  const none: [string, string] = [NONE, texts.quotesDoubled];
  return [
    findOut(told?.escape != null, found && inside(found)),
    none,
    ...escapes(),
    [OTHER, texts.otherChoice],
  ];
}

export function rowNamesChoices({ told, reading }: TableState): Choices {
  const found =
    reading.row_names === undefined
      ? undefined
      : reading.row_names
        ? texts.notNamedWord
        : texts.namedWord;
  const choices: Choices = [
    ["yes", texts.notNamed],
    [NONE, texts.named],
  ];
  return [findOut(told?.row_names != null, found), ...choices];
}

export const missingChoices = (): Choices => [
  ["", texts.usualWords],
  [NONE, texts.noWords],
  [OTHER, texts.theseWords],
];

export const missingInChoices = (): Choices => [
  ["", texts.asInTable],
  [OTHER, texts.ownWords],
];

export function encodingChoices({ told, reading }: TableState): Choices {
  const found = findOut(told?.encoding != null, wordIn(encodings(), reading.encoding));
  return [found, ...encodings(), [OTHER, texts.otherChoice]];
}

export function headerChoices({ told, reading }: TableState): Choices {
  const known = told?.header != null || told?.header_line != null;
  const found = reading.header === undefined ? undefined : shortHeader(reading);
  return [
    findOut(known, found),
    ["first", texts.firstLine],
    ["none", texts.noneWord],
    [OTHER, texts.lineChoice],
  ];
}

const shortHeader = (reading: Partial<Dialect>): string =>
  reading.names && !reading.header_line ? inside(texts.noneWord) : inside(headerWords(reading));

export function commentChoices({ told, reading }: TableState): Choices {
  const found = reading.comments === undefined ? undefined : commentWords(reading.comments);
  const choices: Choices = [
    findOut(told?.comments != null, found && inside(found)),
    ["none", texts.noneWord],
    [OTHER, texts.linesBeginChoice],
  ];
  if (told?.comments === true) choices.push(["usual", texts.usualKinds]);
  return choices;
}

const wordIn = (words: Map<string, string>, value: string | undefined): string | undefined =>
  value === undefined ? undefined : wordFor(words, value);
