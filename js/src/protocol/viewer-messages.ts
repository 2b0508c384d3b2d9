// What viewers say to the relay, as in tsvshare_widget/protocol/viewer_messages.py;
// tests/golden/protocol.json holds one example of each, which the tests of both languages read.

import type { Filter, Heatmap, Query, SavedView, Sort } from "./query.ts";
import type { ReadOptions } from "./read-options.ts";
import type { Place, Position } from "./state.ts";

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
