// The messages of tsvshare.v1, as in tsvshare_widget/protocol.py; tests/golden/protocol.json holds
// one example of each, which the tests of both languages read. Pages are counted from 1, rows and
// columns of cells from 0. Knows no sockets and no DOM.

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = "tsvshare.v1";
/** Columns in a page that is broadcast; of a wider table the rest is asked for by `look`. */
export const PAGE_COLUMNS = 100;
export const DEFAULT_PAGE_SIZE = 100;
export const MAX_PAGE_SIZE = 1000;
/** Characters of a viewer’s name. */
export const MAX_NAME = 60;
/** Characters of a search or of one value in a filter. */
export const MAX_TEXT = 1000;

export type Role = "edit" | "look";

export interface Problem {
  code: string;
  message: string;
}

/** How the bytes of a table were read; of a table from an older relay not all of it is known. */
export interface Reading {
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
export interface Told {
  encoding?: string | null;
  delimiter?: string | null;
  quoting?: string | null;
  header?: boolean | null;
  header_line?: number | null;
  /** Whether lines of comment are left out, or what they begin with. */
  comments?: boolean | string[] | null;
  skip?: number | null;
}

/** Lines of a kind: how many, and the numbers of the first few, from 1. */
export interface Count {
  count: number;
  lines: number[];
}

/** What was counted in the whole file. */
export interface Census {
  short: Count;
  long: Count;
  blank: Count;
  comments: Count;
  /** Bytes that do not belong to the encoding. */
  undecodable: number;
}

export interface TableState {
  id: string;
  name: string;
  bytes: number;
  total_bytes: number | null;
  rows: number;
  columns: number;
  /** "rereading": all bytes are here and are being read anew; the old reading still shows. */
  status: "receiving" | "complete" | "incomplete" | "rereading";
  problem: Problem | null;
  reading: Partial<Reading>;
  /** What of the reading was told rather than found. */
  told?: Told;
  census?: Census | null;
}

export interface Sort {
  column: number;
  /** "asc" if absent. */
  direction?: "asc" | "desc";
  /** What the cells are taken for; "auto" if absent. */
  by?: "auto" | "number" | "date" | "text" | "caseless" | "natural";
}

export type FilterOp =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "contains"
  | "startswith"
  | "endswith"
  | "matches"
  | "in"
  | "missing"
  | "present";

export interface Filter {
  column: number;
  op: FilterOp;
  /** A number compares with cells that are numbers, a string verbatim; "in" has several. */
  value?: string | number | (string | number)[];
  /** A string is an exact number, or an ISO 8601 date; "auto" if absent. */
  by?: "auto" | "number" | "date";
  caseless?: boolean;
}

/** Which rows of a table, in which order; what is absent is not asked. */
export interface Query {
  sort?: Sort[];
  filters?: Filter[];
  search?: string;
}

export interface ViewState {
  page: number;
  page_size: number;
  n_pages: number;
  n_rows: number;
  stick: boolean;
  query: Query;
  /** The view is of so many of the first rows of the table. */
  of_rows: number;
  /** The seq by which an editor last brought everyone here. */
  brought: number;
}

/** The table an undo brings back, until a time in seconds of the epoch. */
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
}

/** A document at one moment: what `welcome` and `state` carry, and the trait `_state` holds. */
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
  /** The cells that were shortened: row in this page, column in the table, bytes in full. */
  cut: [number, number, number][];
  /** The line of each row in the file, from 1. */
  lines?: number[];
  /** The rows' places in the table, from 0; empty: first_row and those after it. */
  ids?: number[];
  of_rows?: number;
}

/** What the cells of a column are like; see Profile in tsvshare_widget/query.py. */
export interface Profile {
  column: number;
  kind: "number" | "date" | "text" | "empty";
  rows: number;
  missing: number;
  empty: number;
  na: number;
  fitting: number;
  distinct: number;
  exact: boolean;
  minimum: string | null;
  maximum: string | null;
  mean: number | null;
  median: number | null;
  /** Of dates, edges are seconds since 1970 in UTC. */
  histogram: { edges: number[]; counts: number[] } | null;
  top: [string, number][];
}

/** Where somebody looks around privately. */
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

export interface Hello {
  type: "hello";
  v: number;
  cid: string;
  key: string | null;
  have: Position | null;
  name: string | null;
}
export interface Op {
  type: "op";
  id: string;
  table: string | null;
  /** Values are absolute: `reading` is all that is told, and what it lacks is found out. */
  set: {
    page?: number;
    page_size?: number;
    sort?: Sort[];
    filters?: Filter[];
    search?: string;
    bring?: boolean;
    reading?: Told;
    undo?: string;
  };
}
export interface Look {
  type: "look";
  id: string;
  table: string;
  page: number;
  page_size: number;
  columns?: [number, number] | null;
  query?: Query;
}
export interface GetCell {
  type: "cell";
  id: string;
  table: string;
  /** Its place in the table. */
  row: number;
  column: number;
}
export interface GetProfile {
  type: "profile";
  id: string;
  table: string;
  column: number;
  /** Over the rows of this query; an empty one is the whole table. */
  query: Query;
}
export interface FindColumns {
  type: "columns";
  id: string;
  table: string;
  text: string;
}
export interface Cancel {
  type: "cancel";
  id: string;
}
export interface Me {
  type: "me";
  name: string | null;
  at: Place | null;
}
export type ViewerMessage =
  | Hello
  | Op
  | Look
  | GetCell
  | GetProfile
  | FindColumns
  | Cancel
  | Me
  | { type: "pong" };

export interface Welcome {
  type: "welcome";
  v: number;
  epoch: string;
  seq: number;
  role: Role;
  viewers: number;
  heartbeat: number;
  limits: { upload: number };
  unchanged: boolean;
  state: DocumentState | null;
  page: Page | null;
}
export interface StateMessage extends Snapshot {
  type: "state";
  page: Page | null;
}
export interface Ack {
  type: "ack";
  id: string;
  epoch: string;
  seq: number;
}
export interface Reject {
  type: "reject";
  id: string;
  code: string;
  message: string;
}
export interface PageAnswer {
  type: "page";
  id: string;
  page: Page;
}
export interface CellAnswer {
  type: "cell";
  id: string;
  text: string;
  bytes: number;
  cut: boolean;
}
export interface ProfileAnswer {
  type: "profile";
  id: string;
  of_rows: number;
  profile: Profile;
}
/** Notebooks ask for it, no screen does. */
export interface DescriptionAnswer {
  type: "describe";
  id: string;
  of_rows: number;
  profiles: Profile[];
}
export interface ColumnsAnswer {
  type: "columns";
  id: string;
  total: number;
  /** Place and name. */
  found: [number, string][];
}
/** How far a request has come that takes long. */
export interface ProgressMessage {
  type: "progress";
  id: string;
  /** Between 0 and 1. */
  done: number;
}
/** What everyone will see soon; without a query, nothing is under way. */
export interface Working {
  type: "working";
  by: string | null;
  query: Query | null;
  done: number;
}
export interface Presence {
  type: "presence";
  viewers: number;
  people: Person[];
}
export interface ErrorMessage {
  type: "error";
  code: string;
  message: string;
}
export type RelayMessage =
  | Welcome
  | StateMessage
  | Ack
  | Reject
  | PageAnswer
  | CellAnswer
  | ProfileAnswer
  | DescriptionAnswer
  | ColumnsAnswer
  | ProgressMessage
  | Working
  | ErrorMessage
  | Presence
  | { type: "hb" }
  | { type: "bye"; code: number; retry_ms: number };

/** Something the relay or the kernel refused; `code` is for programs, the message for people. */
export class TSVShareError extends Error {
  code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number";
const truth: Check = (value) => typeof value === "boolean";
const object: Check = (value) => typeof value === "object" && value !== null;
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** What each message must have for us to act on it; fields we do not know are let through. */
const REQUIRED: Record<RelayMessage["type"], Record<string, Check>> = {
  welcome: {
    epoch: text,
    seq: number,
    role: (value) => value === "edit" || value === "look",
    viewers: number,
    heartbeat: number,
    limits: object,
    unchanged: truth,
    state: nullable(object),
    page: nullable(object),
  },
  state: { epoch: text, seq: number, event: text, state: object, page: nullable(object) },
  ack: { id: text, epoch: text, seq: number },
  reject: { id: text, code: text, message: text },
  page: { id: text, page: object },
  cell: { id: text, text: text, bytes: number, cut: truth },
  error: { code: text, message: text },
  profile: { id: text, of_rows: number, profile: object },
  describe: { id: text, of_rows: number, profiles: object },
  columns: { id: text, total: number, found: object },
  progress: { id: text, done: number },
  working: { query: nullable(object), done: number },
  presence: { viewers: number, people: object },
  hb: {},
  bye: { code: number, retry_ms: number },
};

/** Read a frame of the relay; null for a message that this version does not know or trust. */
export function decodeRelay(frame: string): RelayMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  if (!object(value)) return null;
  const message = value as Record<string, unknown>;
  if (typeof message.type !== "string" || !Object.hasOwn(REQUIRED, message.type)) return null;
  const required = REQUIRED[message.type as RelayMessage["type"]];
  const right = Object.entries(required).every(([name, check]) => check(message[name]));
  return right ? (value as RelayMessage) : null;
}

/** The version of a welcome of another major version, of which all else may differ; else null. */
export function otherVersion(frame: string): number | null {
  try {
    const { type, v } = Object(JSON.parse(frame)) as { type?: unknown; v?: unknown };
    return type === "welcome" && typeof v === "number" && v !== PROTOCOL_VERSION ? v : null;
  } catch {
    return null;
  }
}

/** Codes of errors that stay true for a connection; others are told once and over. */
export const LASTING_ERRORS: ReadonlySet<string> = new Set(["wrong_key", "wrong_version"]);

/** Closes a connection whose two sides speak different major versions. */
export const VERSION_CLOSE = 4510;

/** Close codes from 4500 on say that coming back is of no use. */
export const isFinal = (code: number): boolean => code >= 4500 && code < 5000;
