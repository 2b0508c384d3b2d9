// The model: what a view has of whoever serves it, a kernel's comm in a notebook (anywidget's
// model) or a WebSocket in a plain page (session.ts). Traits come down, messages go up.

import { TSVShareError } from "../protocol/errors.ts";
import { ANSWER_SECONDS } from "../protocol/limits.ts";
import type {
  AccessAnswer,
  Ack,
  Cancel,
  CellAnswer,
  ColumnsAnswer,
  DescriptionAnswer,
  ErrorMessage,
  Find,
  FindColumns,
  GetCell,
  GetDescription,
  GetGroups,
  GetPoints,
  GetProfile,
  GetViews,
  GroupsAnswer,
  HitAnswer,
  Look,
  Me,
  Op,
  PageAnswer,
  Point,
  Pointing,
  PointsAnswer,
  ProfileAnswer,
  ProgressMessage,
  Reject,
  RelayLimits,
  SetAccess,
  ViewsAnswer,
} from "../protocol/messages.ts";
import type { Query } from "../protocol/query.ts";
import type { Access, Page, Person, Problem, Role, Snapshot } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { Held } from "./held.ts";

/** A query of the shared view that takes long: by whom it is, how far it has come. */
export interface SharedWork {
  by: string | null;
  query: Query;
  /** Between 0 and 1. */
  done: number;
}

/** How the server's side of the model is connected to the relay. */
export interface LinkState {
  status: "connecting" | "live" | "stale" | "gone" | "closed";
  /** When the connection was lost, in milliseconds of the epoch. */
  since: number | null;
  role: Role;
  viewers: number;
  cid: string;
  uuid: string | null;
  /** The relay's base URL, without a slash at its end. */
  base: string | null;
  view_url: string | null;
  /** Where the relay is on the Jupyter Server of the notebook; absent or null where it is elsewhere. */
  path?: string | null;
  limits: RelayLimits | null;
  message: Problem | null;
  /** The first of the people who are there, this one included; absent where nobody knows. */
  people?: Person[];
  /** How many of the viewers look around privately. */
  apart?: number;
  working?: SharedWork | null;
  access?: Access | null;
  /**
   * The ways out that the kernel knows: a relay to publish to, listening on the network, and the
   * relay of its own "Jupyter server" or "JupyterHub".
   */
  ways?: { publish: string | null; network: boolean; server?: string | null } | null;
  /** The name of this viewer; in a notebook it may have been set in Python. */
  name?: string | null;
}

/** The origin of the Jupyter Server that this page came from; undefined on other pages. */
export const jupyterOrigin = (): string | undefined =>
  globalThis.document?.getElementById("jupyter-config-data") ? location.origin : undefined;

/** A link as this browser reaches it: the kernel may know the Jupyter Server by another address. */
export function asReachedHere(link: LinkState | null): LinkState | null {
  const origin = link?.path ? jupyterOrigin() : undefined;
  if (!link || !origin) return link;
  const base = origin + link.path;
  return { ...link, base, view_url: `${base}/d/${link.uuid}` };
}

/** The URL of a document's table on its relay; null while there is none to reach. */
export const tableUrl = (link: LinkState | null): string | null =>
  link?.base && link.uuid ? `${link.base}/d/${link.uuid}/table` : null;

export interface Traits {
  _state: Snapshot | null;
  _page: Page | null;
  _link: LinkState | null;
}

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
/** Seconds that a table may take to be moved. */
const WAY_SECONDS = 3600;

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
export type Request =
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
  | SetAccess
  | TakeWay
  | UploadStep
  | Hi
  | GetExtras;
/** A message that goes up: a request, or one that needs no answer. */
export type Upward = Request | Cancel | Me | Point | SelectionMessage | Leave | Sharing;
export type Answer =
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
  | AccessAnswer
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

export interface Model {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on(event: "msg:custom", handler: (message: CustomMessage) => void): void;
  on(event: `change:${keyof Traits}`, handler: () => void): void;
  off(event: string, handler: (message: CustomMessage) => void): void;
  send(message: Upward, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
}

type Unsent<R extends Request> = R extends Request ? Omit<R, "id"> : never;
/** Options of a request: how it is waited for. */
export interface RequestOptions {
  /** Seconds after which it is given up. */
  seconds?: number | undefined;
  /** Aborted when the answer is not wanted any more. */
  signal?: AbortSignal | undefined;
  /** Called with how far it has come, between 0 and 1, if it takes long. */
  onprogress?: ((done: number) => void) | undefined;
  /** Bytes that go beside the message. */
  buffers?: ArrayBuffer[];
}
/** What a kernel answers by itself, also while its relay is out of reach or another one. */
const KERNELS_OWN: ReadonlySet<string> = new Set(["hi", "extras", "way", "upload"]);

interface Waiting {
  type: string;
  onprogress: RequestOptions["onprogress"];
  resolve(answer: Answer): void;
  reject(error: TSVShareError): void;
  timer: ReturnType<typeof setTimeout>;
}

/** Seconds that a kernel may take for one part of an upload: its cells may be running. */
const PART_SECONDS = 600;

/** A key for a link: 128 random bits. */
export const randomKey = (): string => randomName() + randomName();

/** A name that no other view or viewer has. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Requests of one view and the replies to them; other views' replies on the model are ignored. */
export class Requests {
  readonly #model: Model;
  readonly #name = randomName();
  readonly #waiting = new Map<string, Waiting>();
  readonly #held: Held;
  #count = 0;

  /** `onheld` is called when the kernel stops taking requests in, and when it does so again. */
  constructor(model: Model, onheld: () => void = () => {}) {
    this.#model = model;
    this.#held = new Held(() => void this.hi().catch(() => {}), onheld);
    model.on("msg:custom", this.#receive);
  }

  /** Whether requests wait because the kernel takes nothing in: it runs a cell. */
  get held(): boolean {
    return this.#held.held;
  }

  op(request: Unsent<Op>, options?: RequestOptions): Promise<Ack> {
    return this.#sendRequest(request, options) as Promise<Ack>;
  }

  async look(request: Unsent<Look>, options?: RequestOptions): Promise<Page> {
    return ((await this.#sendRequest(request, options)) as PageAnswer).page;
  }

  cell(request: Unsent<GetCell>): Promise<CellAnswer> {
    return this.#sendRequest(request) as Promise<CellAnswer>;
  }

  profile(request: Unsent<GetProfile>, options?: RequestOptions): Promise<ProfileAnswer> {
    return this.#sendRequest(request, options) as Promise<ProfileAnswer>;
  }

  describe(request: Unsent<GetDescription>, options?: RequestOptions): Promise<DescriptionAnswer> {
    return this.#sendRequest(request, options) as Promise<DescriptionAnswer>;
  }

  columns(request: Unsent<FindColumns>): Promise<ColumnsAnswer> {
    return this.#sendRequest(request) as Promise<ColumnsAnswer>;
  }

  find(request: Unsent<Find>, options?: RequestOptions): Promise<HitAnswer> {
    return this.#sendRequest(request, options) as Promise<HitAnswer>;
  }

  access(request: Unsent<SetAccess>): Promise<AccessAnswer> {
    return this.#sendRequest(request) as Promise<AccessAnswer>;
  }

  /** Have the kernel take a way out; answered when it has. */
  way(way: TakeWay["way"]): Promise<Answer> {
    return this.#sendRequest({ type: "way", way }, { seconds: WAY_SECONDS });
  }

  upload(step: Unsent<UploadStep>, buffers: ArrayBuffer[] = []): Promise<UploadAnswer> {
    const options = { seconds: PART_SECONDS, buffers };
    return this.#sendRequest(step, options) as Promise<UploadAnswer>;
  }

  hi(seq?: number): Promise<HiAnswer> {
    return this.#sendRequest({ type: "hi", origin: jupyterOrigin(), seq }) as Promise<HiAnswer>;
  }

  /** The source of a part of the front end. */
  part(part: string): Promise<ExtrasAnswer> {
    return this.#sendRequest({ type: "extras", part }) as Promise<ExtrasAnswer>;
  }

  /** Ask what only the second part of the front end asks. */
  ask<Of extends Answer>(request: Unsent<Request>, options?: RequestOptions): Promise<Of> {
    return this.#sendRequest(request, options) as Promise<Of>;
  }

  /** Reject the requests under way, for a reason; those to the kernel itself only if `all`. */
  abandon(reason: string, { all = false } = {}): void {
    const message = fill(texts.tryWhenBack, { reason });
    for (const [id, { type }] of [...this.#waiting]) {
      if (!all && KERNELS_OWN.has(type)) continue;
      this.#settle(id)?.reject(new TSVShareError("unavailable", message));
    }
  }

  /** Send what needs no answer, and is of no use where there is no connection. */
  tell(message: Upward): void {
    try {
      this.#model.send(message);
    } catch {
      // Nobody is there to hear it.
    }
  }

  close(): void {
    this.tell({ type: "leave", id: `${this.#name}:` });
    this.#model.off("msg:custom", this.#receive);
    this.#held.stop();
    for (const waiting of this.#waiting.values()) clearTimeout(waiting.timer);
    this.#waiting.clear();
  }

  #sendRequest(request: Unsent<Request>, options: RequestOptions = {}): Promise<Answer> {
    const { seconds = ANSWER_SECONDS, signal, onprogress, buffers = [] } = options;
    const id = `${this.#name}:${++this.#count}`;
    return new Promise((resolve, reject) => {
      const timer = this.#timeOut(id, seconds);
      this.#waiting.set(id, { type: request.type, resolve, reject, timer, onprogress });
      if (request.type !== "hi") this.#held.sent();
      signal?.addEventListener("abort", () => this.#cancel(id));
      try {
        const message = { ...request, id } as Request;
        if (buffers.length > 0) this.#model.send(message, undefined, buffers);
        else this.#model.send(message);
      } catch (error) {
        const reason = fill(texts.nothingSent, { reason: (error as Error).message });
        this.#settle(id)?.reject(new TSVShareError("unavailable", reason));
      }
    });
  }

  /** Give a request up in time, but not while the kernel is about to take it in. */
  #timeOut(id: string, seconds: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const waiting = this.held ? this.#waiting.get(id) : undefined;
      if (waiting) waiting.timer = this.#timeOut(id, seconds);
      else this.#settle(id)?.reject(new TSVShareError("timed_out", tooLate(seconds)));
    }, seconds * 1000);
  }

  #cancel(id: string): void {
    const waiting = this.#settle(id);
    if (waiting === undefined) return;
    waiting.reject(new TSVShareError("cancelled", texts.wasCancelled));
    this.tell({ type: "cancel", id });
  }

  readonly #receive = (message: CustomMessage): void => {
    if (!("id" in message)) return;
    if (message.type === "progress") {
      const asked = this.#waiting.get(message.id);
      if (asked) this.#held.heard(true);
      asked?.onprogress?.(message.done);
      return;
    }
    const waiting = this.#settle(message.id);
    if (waiting) this.#held.heard([...this.#waiting.values()].some(({ type }) => type !== "hi"));
    if (message.type === "reject") {
      waiting?.reject(new TSVShareError(message.code, message.message));
    } else waiting?.resolve(message);
  };

  #settle(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting;
  }
}

const tooLate = (seconds: number): string => fill(texts.noAnswer, { seconds });
