// What the parts of a viewer need of it.
import type { Requests } from "../link/model.ts";
import type { Ack } from "../protocol/messages.ts";
import type { Query } from "../protocol/query.ts";
import type { DocumentState, Problem } from "../protocol/state.ts";

export interface Host {
  readonly requests: Requests;
  readonly document: DocumentState | null;
  /** The query of the view on this screen. */
  readonly query: Query;
  /** Something is to be drawn anew. */
  changed(): void;
  /** Tell the viewer what went wrong. */
  reportError(error: unknown): void;
  /** Tell the viewer what they should know. */
  showNotice(notice: Problem): void;
  /** Wait until the snapshot an op led to is here: its ack may come by a shorter way. */
  waitForSnapshot(ack: Ack): Promise<void>;
}
