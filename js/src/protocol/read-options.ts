// How a file is read, as in tsvshare_widget/read_options.py: the options that somebody gave, and the
// dialect that came of them.

/** The dialect of a file: how its bytes were read. Of a table from an older relay not all is known. */
export interface Dialect {
  compression: string;
  encoding: string;
  line_ends: string;
  delimiter: string;
  quoting: string;
  quote: string;
  escape: string | null;
  header: boolean;
  /** The header's line in the text, from 1. */
  header_line: number | null;
  /** Whether the header names the columns from the second one on. */
  row_names: boolean;
  /** Column names that are no row of the file: from a specification, a comment, or the options. */
  names: string[] | null;
  skip: number;
  /** The prefixes of comment lines. */
  comments: string[];
  /** Words for nothing, whatever the column is; null: the usual ones, among numbers and dates. */
  missing: string[] | null;
  /** Those of single columns, instead. */
  missing_in: MissingIn[];
  /** What the first columns are, as a line of the file says. */
  types: ColumnType[];
  /** The name of a format that was recognised. */
  format: string | null;
  /** Why it was read so: a sentence for each property of which there is something to say. */
  notes: Record<string, string>;
}

/** What the cells of a table depend on, to be compared: a dialect without its notes, which may change
 * while the table comes in. */
export function rulesOf(reading: Partial<Dialect> | undefined): string {
  const { notes: _, ...rules } = reading ?? {};
  return JSON.stringify(rules);
}

/** Options for reading a file; what is absent or null is found out. There may be more of them than
 * are named here. */
export interface ReadOptions {
  encoding?: string | null;
  delimiter?: string | null;
  quoting?: string | null;
  header?: boolean | null;
  header_line?: number | null;
  /** Whether comment lines are left out, or their prefixes. */
  comments?: boolean | string[] | null;
  skip?: number | null;
  quote?: string | null;
  escape?: string | null;
  row_names?: boolean | null;
  /** Of the columns, where there is no header. */
  names?: string[] | null;
  missing?: string[] | null;
  missing_in?: MissingIn[] | null;
}

export type ColumnType = "auto" | "number" | "date" | "text";

/** Words for nothing in one column, by its name or its position from 0. */
export interface MissingIn {
  column: string | number;
  words: string[];
}

/** The words for nothing in a column that somebody told; null: the usual ones count. */
export function missingWords(
  { missing = null, missing_in = [] }: Partial<Dialect>,
  column: number,
  name: string | null,
): string[] | null {
  const told = missing_in.findLast(
    (one) => one.column === (typeof one.column === "string" ? name : column),
  );
  return told?.words ?? missing;
}
