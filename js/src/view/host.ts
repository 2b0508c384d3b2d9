// The part of a viewer that its parts use.
import type { Requests } from "../link/requests.ts";
import type { Query } from "../protocol/query.ts";
import type { Ack } from "../protocol/relay-messages.ts";
import type { DocumentState, Problem } from "../protocol/state.ts";

export interface Host {
  readonly requests: Requests;
  readonly document: DocumentState | null;
  /** The query of the view on this screen. */
  readonly query: Query;
  /** Something is to be drawn anew. */
  changed(): void;
  /** Show the person what went wrong. */
  reportError(error: unknown): void;
  /** Show the person what they should know. */
  showNotice(notice: Problem): void;
  /** Wait for the snapshot that an op led to: its ack may come by a shorter way. */
  waitForSnapshot(ack: Ack): Promise<void>;
}
