// What the relay says to viewers, as in tsvshare_widget/protocol/relay_messages.py;
// tests/golden/protocol.json holds one example of each, which the tests of both languages read.

import type { Groups, Points, Profile, Query, SavedView } from "./query.ts";
import type { Access, DocumentState, Page, Person, Role, Snapshot, Spot } from "./state.ts";

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
