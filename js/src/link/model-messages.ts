// The messages of a model: those of the protocol, and what only a kernel and its views say to each other.

import type {
  Answered,
  ErrorMessage,
  Pointing,
  ProgressMessage,
  Reject,
} from "../protocol/relay-messages.ts";
import type { Asked, Cancel, Me, Point } from "../protocol/viewer-messages.ts";

export interface Hi {
  type: "hi";
  id: string;
  origin?: string | undefined;
  /** The `seq` of the state that is here, where a newer one never came. */
  seq?: number | undefined;
}
/** The answer to `hi`; the key travels here because a trait would be saved with the notebook. */
export interface HiAnswer extends Hi {
  key: string | null;
  /** The key of the look-only link, where that needs one. */
  look_key?: string | null;
  /** Seconds between two `beat`; 0: there are none. */
  beat: number;
}

/** Asks the kernel for the second part of the front end. */
export interface GetExtras {
  type: "extras";
  id: string;
  part: string;
}
/** The source of a module. */
export interface ExtrasAnswer {
  type: "extras";
  id: string;
  source: string;
}

/** A way for links to leave this computer, which the kernel is to take. */
export interface TakeWay {
  type: "way";
  id: string;
  way: "publish" | "network" | "server";
}
/** The selection on this screen, for the kernel alone: row ids and columns. */
export interface SelectionMessage {
  type: "selection";
  ids: number[];
  /** Null: all of them. */
  columns: number[] | null;
}

/** This view goes: its `id` is like those of its requests, up to the colon. For the kernel alone. */
export interface Leave {
  type: "leave";
  id: string;
}
/** The links are shown here, to be handed on. For the kernel alone. */
export interface Sharing {
  type: "sharing";
}

/** One step of an upload through the kernel; the bytes of a part are beside the message. */
export interface UploadStep {
  type: "upload";
  id: string;
  step: "begin" | "part" | "offset" | "end";
  name?: string;
  size?: number;
  upload?: string;
  offset?: number;
}
/** How many bytes of an upload the relay has. */
export interface UploadAnswer {
  type: "upload";
  id: string;
  upload: string;
  offset: number;
}

/** A request, which is answered by a message with the same id. */
export type Request = Asked | TakeWay | UploadStep | Hi | GetExtras;
/** A message that goes up: a request, or one that needs no answer. */
export type Upward = Request | Cancel | Me | Point | SelectionMessage | Leave | Sharing;
export type Answer =
  | Answered
  | UploadAnswer
  | { type: "done"; id: string }
  | HiAnswer
  | ExtrasAnswer;
export type Reply = Answer | Reject;
export type CustomMessage = Reply | ProgressMessage | ErrorMessage | Pointing | Beat;
/** The kernel is there; with `roll` it asks which views are. */
export interface Beat {
  type: "beat" | "roll";
  /** The `seq` of the state that it has sent last. */
  seq?: number;
}
