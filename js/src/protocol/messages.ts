// The messages of tsvshare.v1, as in tsvshare_widget/protocol/messages.py;
// tests/golden/protocol.json holds one example of each, which the tests of both languages read.
// Knows no sockets and no DOM.

import type { Filter, Groups, Heatmap, Points, Profile, Query, SavedView, Sort } from "./query.ts";
import type { ReadOptions } from "./read-options.ts";
import type {
  Access,
  DocumentState,
  Page,
  Person,
  Place,
  Position,
  Role,
  Snapshot,
  Spot,
} from "./state.ts";

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL = "tsvshare.v1";
export interface Hello {
  type: "hello";
  v: number;
  cid: string;
  key: string | null;
  have: Position | null;
  name: string | null;
  /** What an earlier welcome gave: it proves that `cid` is ours. */
  token?: string | null;
}
export interface Op {
  type: "op";
  id: string;
  table: string | null;
  /** Values are absolute: `reading` has all options, and what it lacks is found out. */
  set: {
    page?: number;
    page_size?: number;
    sort?: Sort[];
    filters?: Filter[];
    search?: string;
    bring?: boolean;
    spot?: [row: number, column: number];
    reading?: ReadOptions;
    undo?: string;
    /** Null takes the colours away. */
    heatmap?: Heatmap | null;
    /** For everyone; in place of the one with its id if there is that. */
    save_view?: SavedView;
    /** The id of a saved view. */
    delete_view?: string;
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
  /** The row's id: its place in the table, from 0. */
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
/** Where a text stands in the rows of a query: the first one from `place` on, or the last before. */
export interface Find {
  type: "find";
  id: string;
  table: string;
  text: string;
  place: number;
  back: boolean;
  query: Query;
}
export interface GetDescription {
  type: "describe";
  id: string;
  table: string;
  /** Half-open. */
  columns: [number, number];
  query: Query;
  /** Of a spread sample of the rows, at once. */
  sample?: boolean;
}
export interface GetGroups {
  type: "groups";
  id: string;
  table: string;
  by: number[];
  /** The column whose numbers are added up. */
  value: number | null;
  query: Query;
}
export interface GetPoints {
  type: "points";
  id: string;
  table: string;
  columns: [x: number, y: number];
  query: Query;
}
/** Asks for the views that are saved for everyone. */
export interface GetViews {
  type: "views";
  id: string;
}
export interface FindColumns {
  type: "columns";
  id: string;
  table: string;
  text: string;
  /** Those that are called so, letter by letter, instead. */
  names?: string[];
}
/** New keys, who may look, for how long; for who has the key. */
export interface SetAccess {
  type: "access";
  id: string;
  key?: string | null;
  look?: boolean | null;
  /** Seconds from now; 0: until some time after its last use. */
  keep?: number | null;
  delete?: boolean;
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
/** Shows the others where this viewer points. */
export interface Point {
  type: "point";
  table: string;
  row: number;
  column: number | null;
}
/** What is answered by a message with the same id. */
export type Asked =
  | Op
  | Look
  | GetCell
  | GetProfile
  | GetDescription
  | GetGroups
  | GetPoints
  | GetViews
  | FindColumns
  | Find
  | SetAccess;
export type ViewerMessage = Hello | Asked | Cancel | Me | Point | { type: "pong" };

/** What the relay accepts. */
export interface RelayLimits {
  upload: number;
  /** Without it, rows are sent as TSV only. */
  formats?: string[];
  /** Viewers up to which they are shown where editors point; absent from older relays, which show nobody. */
  pointing?: number;
  /** Seconds that a document is kept after its last use; null: as long as its notebook, or command, runs. */
  idle?: number | null;
}

export interface Welcome {
  type: "welcome";
  v: number;
  epoch: string;
  seq: number;
  role: Role;
  viewers: number;
  heartbeat: number;
  limits: RelayLimits;
  unchanged: boolean;
  state: DocumentState | null;
  page: Page | null;
  /** The `cid` by which the others know us; absent from older relays. */
  you?: string | null;
  token?: string | null;
  /** Absent where it is as ever: open, until some time after its last use. */
  access?: Access;
  /** The key of the look-only link, where that needs one. */
  look_key?: string;
}
export interface StateMessage extends Snapshot {
  type: "state";
  page: Page | null;
  access?: Access;
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
export interface DescriptionAnswer {
  type: "describe";
  id: string;
  of_rows: number;
  profiles: Profile[];
  /** Of how many rows it is, if a sample was asked for; older relays know none. */
  sampled?: number;
}
export interface GroupsAnswer {
  type: "groups";
  id: string;
  of_rows: number;
  groups: Groups;
}
/** Of a sample of `of_rows` rows, or of all of them. */
export interface PointsAnswer {
  type: "points";
  id: string;
  of_rows: number;
  points: Points;
}
export interface ViewsAnswer {
  type: "views";
  id: string;
  views: SavedView[];
}
export interface ColumnsAnswer {
  type: "columns";
  id: string;
  total: number;
  /** Position and name. */
  found: [number, string][];
}
/** Which of how many rows that hold a text, from 1; 0 of 0 for none. */
export interface HitAnswer {
  type: "find";
  id: string;
  total: number;
  number: number;
  /** Where it stands in the view, and in the table. */
  place: number;
  row: number;
  /** The first columns whose cells hold the text. */
  columns: number[];
}
export interface AccessAnswer {
  type: "access";
  id: string;
  access: Access;
  look_key: string | null;
}
/** The document is on another relay now, under the same keys. */
export interface MovedMessage {
  type: "moved";
  base: string;
  uuid: string;
}
/** The progress of a request that takes long. */
export interface ProgressMessage {
  type: "progress";
  id: string;
  /** Between 0 and 1. */
  done: number;
}
/** The query that is being worked on for everyone; null: none is. */
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
  /** How many of the viewers look around privately; absent from older relays. */
  apart?: number;
}
/** Where others point now; it is true for a moment. */
export interface Pointing {
  type: "pointing";
  table: string;
  spots: Spot[];
}
export interface ErrorMessage {
  type: "error";
  code: string;
  message: string;
}
/** What an error said lasts no more. */
export interface Over {
  type: "over";
  code: string;
}
/** What one that was asked for something says, unless it rejects that. */
export type Answered =
  | Ack
  | PageAnswer
  | CellAnswer
  | ProfileAnswer
  | DescriptionAnswer
  | GroupsAnswer
  | PointsAnswer
  | ViewsAnswer
  | ColumnsAnswer
  | HitAnswer
  | AccessAnswer;
export type RelayMessage =
  | Welcome
  | StateMessage
  | Answered
  | Reject
  | MovedMessage
  | ProgressMessage
  | Working
  | ErrorMessage
  | Over
  | Presence
  | Pointing
  | { type: "hb" }
  | { type: "bye"; code: number; retry_ms: number };

/** Close codes of the relay. */
export const CLOSE = {
  GOING_AWAY: 4001,
  SLOW: 4008,
  NO_PONG: 4012,
  NO_HELLO: 4013,
  FULL: 4014,
  REVOKED: 4503,
  GONE: 4504,
  MOVED: 4505,
  PROTOCOL: 4509,
  VERSION: 4510,
};
/** Whether a close code says that reconnecting is of no use: those from 4500 on. */
export const isFinal = (code: number): boolean => code >= 4500 && code < 5000;
