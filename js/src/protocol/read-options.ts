// How a file is read, as in tsvshare_widget/read_options.py: the options that somebody gave, and the
// dialect that came of them.

/** The dialect of a file: how its bytes were read. Of a table from an older relay not all is known. */
export interface Dialect {
  compression: string;
  encoding: string;
  line_ends: string;
  delimiter: string;
  quoting: string;
  header: boolean;
  /** The header's line in the text, from 1. */
  header_line: number | null;
  /** Column names that are no row of the file: from a specification, a comment, or the options. */
  names: string[] | null;
  skip: number;
  /** The prefixes of comment lines. */
  comments: string[];
  /** The name of a format that was recognised. */
  format: string | null;
  /** Why it was read so: a sentence for each property of which there is something to say. */
  notes: Record<string, string>;
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
}
