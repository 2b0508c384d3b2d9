// The state of a document, as in tsvshare_widget/protocol/state.py: what viewers see of it.
// Pages are counted from 1, rows and columns of cells from 0.

import type { Heatmap, Query } from "./query.ts";
import type { Dialect, ReadOptions } from "./read-options.ts";

export type Role = "edit" | "look";

export interface Problem {
  code: string;
  message: string;
}

/** A count of lines of a kind, with the numbers of the first few, from 1. */
export interface LineCount {
  count: number;
  lines: number[];
}

/** Statistics of the lines of the whole file. */
export interface LineStats {
  short: LineCount;
  long: LineCount;
  blank: LineCount;
  comments: LineCount;
  /** Bytes that are not valid in the encoding. */
  undecodable: number;
}

export interface TableState {
  id: string;
  name: string;
  bytes: number;
  total_bytes: number | null;
  rows: number;
  columns: number;
  /** "rereading": all bytes are here and are being read anew; the old rows still show. */
  status: "receiving" | "complete" | "incomplete" | "rereading";
  problem: Problem | null;
  reading: Partial<Dialect>;
  /** The options that the table was read with; on the wire they are called `told`. */
  told?: ReadOptions;
  census?: LineStats | null;
}

export interface ViewState {
  page: number;
  page_size: number;
  n_pages: number;
  n_rows: number;
  stick: boolean;
  query: Query;
  /** How many of the first rows of the table the query was applied to. */
  of_rows: number;
  /** The seq of the change by which an editor last brought everyone here. */
  brought: number;
  /** How much of what was asked stayed when the table was replaced, until something else is asked. */
  carried?: "all" | "part" | "none";
  /** The row and the column to which everyone was brought, by their places in the table. */
  spot?: [row: number, column: number];
  /** Which columns are coloured; absent: none. */
  heatmap?: Heatmap;
}

/** The table that an undo brings back, until a time in seconds since 1970. */
export interface Undo {
  table: string;
  name: string;
  rows: number;
  until: number;
}

export interface DocumentState {
  table: TableState | null;
  view: ViewState;
  undo: Undo | null;
  /** Tables from before that one, the newest first, which can come back as well. */
  earlier?: Undo[];
  /** The seq of the last change of the views that are saved for everyone; absent: never. */
  saved?: number;
}

/** Who may look, and when the document ends, in seconds since 1970; null: after its last use. */
export interface Access {
  /** "open": who has its address, "key": who has the link's key too, "closed": nobody. */
  look: "open" | "key" | "closed";
  ends: number | null;
}

/** A snapshot of a document: what `welcome` and `state` carry, and the trait `_state` holds. */
export interface Snapshot {
  epoch: string;
  seq: number;
  by: string | null;
  event: string;
  state: DocumentState;
}

export interface Page {
  table: string;
  page: number;
  n_pages: number;
  page_size: number;
  n_rows: number;
  /** Position of the first row within the view. */
  first_row: number;
  columns: {
    start: number;
    total: number;
    names: string[] | null;
    named_by?: "file" | "format" | null;
  };
  rows: string[][];
  /** Cells that were cut: row in this page, column in the table, bytes in full. */
  cut: [number, number, number][];
  /** The line of each row in the file, from 1. */
  lines?: number[];
  /** The row ids: places in the table, from 0; empty: first_row and those after it. */
  ids?: number[];
  of_rows?: number;
}

/** Where somebody points: a row by its place in the table, and a column. */
export interface Spot {
  by: string;
  row: number;
  column: number | null;
}

/** The place of a private viewer. */
export interface Place {
  page: number;
  n_pages: number;
  own_query: boolean;
}

export interface Person {
  cid: string;
  role: Role;
  name: string | null;
  /** Null while they follow. */
  at: Place | null;
}

export interface Position {
  epoch: string;
  seq: number;
}
