// How a file is read, as in tsvshare_widget/read_options.py: the options that somebody gave, and the
// dialect that came of them.

/** How the bytes of a table were read; of a table from an older relay not all of it is known. */
export interface Dialect {
  compression: string;
  encoding: string;
  line_ends: string;
  delimiter: string;
  quoting: string;
  header: boolean;
  /** The header's line in the text, from 1. */
  header_line: number | null;
  /** Column names that are no row of the file: of a specification, of a comment or told. */
  names: string[] | null;
  skip: number;
  /** What lines of comment begin with. */
  comments: string[];
  /** A format that was recognised, by name. */
  format: string | null;
  /** Why it was read so: a sentence for each property of which there is something to say. */
  notes: Record<string, string>;
}

/** What somebody said about how to read a table; what is absent or null is found out. There may
 * be more of it than is named here. */
export interface ReadOptions {
  encoding?: string | null;
  delimiter?: string | null;
  quoting?: string | null;
  header?: boolean | null;
  header_line?: number | null;
  /** Whether lines of comment are left out, or what they begin with. */
  comments?: boolean | string[] | null;
  skip?: number | null;
}
