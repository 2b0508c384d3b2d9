// What stands between a view and whoever serves it: a kernel's comm in a notebook (anywidget's
// model), a WebSocket in a plain page (session.ts). Traits come down, messages go up.
import { ANSWER_SECONDS } from "../protocol/limits.ts";
import {
  type Ack,
  type Cancel,
  type CellAnswer,
  type ColumnsAnswer,
  type DescriptionAnswer,
  type ErrorMessage,
  type FindColumns,
  type GetCell,
  type GetProfile,
  type Look,
  type Me,
  type Op,
  type Page,
  type PageAnswer,
  type Person,
  type Problem,
  type ProfileAnswer,
  type ProgressMessage,
  type Query,
  type Reject,
  type Role,
  type Snapshot,
  TSVShareError,
} from "../protocol/messages.ts";

/** A sort, filter or search of the shared view that takes long: who asked, how far it has come. */
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
  limits: { upload: number } | null;
  message: Problem | null;
  /** The first of those who are there, this one included; absent where nobody knows. */
  people?: Person[];
  working?: SharedWork | null;
  /** What the others call whoever is behind the model; a kernel may have been told in Python. */
  name?: string | null;
}

export interface Traits {
  _state: Snapshot | null;
  _page: Page | null;
  _link: LinkState | null;
}

export interface Hi {
  type: "hi";
  id: string;
}
/** The answer to `hi`; the key travels here because a trait would be saved with the notebook. */
export interface HiAnswer extends Hi {
  key: string | null;
  /** Seconds between two `beat`; 0: there are none. */
  beat: number;
}

/** What is selected on this screen, for the kernel alone: places of rows in the table, columns. */
export interface Marked {
  type: "selection";
  ids: number[];
  /** Null: all of them. */
  columns: number[] | null;
}

/** What is answered by a message with the same id. */
export type Request = Op | Look | GetCell | GetProfile | FindColumns | Hi;
/** What goes up: requests, and what needs no answer. */
export type Upward = Request | Cancel | Me | Marked;
export type Answer =
  | Ack
  | PageAnswer
  | CellAnswer
  | ProfileAnswer
  | DescriptionAnswer
  | ColumnsAnswer
  | HiAnswer;
export type Reply = Answer | Reject;
export type CustomMessage = Reply | ProgressMessage | ErrorMessage | { type: "beat" };

export interface Model {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on(event: "msg:custom", handler: (message: CustomMessage) => void): void;
  on(event: `change:${keyof Traits}`, handler: () => void): void;
  off(event: string, handler: (message: CustomMessage) => void): void;
  send(message: Upward): void;
}

type Unsent<R extends Request> = R extends Request ? Omit<R, "id"> : never;
/** How a request is waited for. */
export interface Patience {
  /** Seconds after which it is given up. */
  seconds?: number | undefined;
  /** Aborted when the answer is not wanted any more. */
  signal?: AbortSignal | undefined;
  /** Told how far it has come, between 0 and 1, if it takes long. */
  onprogress?: ((done: number) => void) | undefined;
}
interface Waiting {
  onprogress: Patience["onprogress"];
  resolve(answer: Answer): void;
  reject(error: TSVShareError): void;
  timer: ReturnType<typeof setTimeout>;
}

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
  #count = 0;

  constructor(model: Model) {
    this.#model = model;
    model.on("msg:custom", this.#receive);
  }

  op(request: Unsent<Op>, patience?: Patience): Promise<Ack> {
    return this.#ask(request, patience) as Promise<Ack>;
  }

  async look(request: Unsent<Look>, patience?: Patience): Promise<Page> {
    return ((await this.#ask(request, patience)) as PageAnswer).page;
  }

  cell(request: Unsent<GetCell>): Promise<CellAnswer> {
    return this.#ask(request) as Promise<CellAnswer>;
  }

  profile(request: Unsent<GetProfile>, patience?: Patience): Promise<ProfileAnswer> {
    return this.#ask(request, patience) as Promise<ProfileAnswer>;
  }

  columns(request: Unsent<FindColumns>): Promise<ColumnsAnswer> {
    return this.#ask(request) as Promise<ColumnsAnswer>;
  }

  hi(): Promise<HiAnswer> {
    return this.#ask({ type: "hi" }) as Promise<HiAnswer>;
  }

  /** Give up all that is under way, for a reason. */
  abandon(reason: string): void {
    const message = `${reason}; try again when it is back`;
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id)?.reject(new TSVShareError("unavailable", message));
    }
  }

  close(): void {
    this.#model.off("msg:custom", this.#receive);
    for (const waiting of this.#waiting.values()) clearTimeout(waiting.timer);
    this.#waiting.clear();
  }

  #ask(request: Unsent<Request>, patience: Patience = {}): Promise<Answer> {
    const { seconds = ANSWER_SECONDS, signal, onprogress } = patience;
    const id = `${this.#name}:${++this.#count}`;
    return new Promise((resolve, reject) => {
      const late = () => this.#settle(id)?.reject(new TSVShareError("timed_out", tooLate(seconds)));
      const timer = setTimeout(late, seconds * 1000);
      this.#waiting.set(id, { resolve, reject, timer, onprogress });
      signal?.addEventListener("abort", () => this.#cancel(id));
      try {
        this.#model.send({ ...request, id } as Request);
      } catch (error) {
        const reason = `nothing was sent: ${(error as Error).message}`;
        this.#settle(id)?.reject(new TSVShareError("unavailable", reason));
      }
    });
  }

  #cancel(id: string): void {
    const waiting = this.#settle(id);
    if (waiting === undefined) return;
    waiting.reject(new TSVShareError("cancelled", "this was cancelled"));
    try {
      this.#model.send({ type: "cancel", id });
    } catch {
      // Without a connection there is nothing left to cancel.
    }
  }

  readonly #receive = (message: CustomMessage): void => {
    if (!("id" in message)) return;
    if (message.type === "progress") {
      this.#waiting.get(message.id)?.onprogress?.(message.done);
      return;
    }
    const waiting = this.#settle(message.id);
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

const tooLate = (seconds: number): string =>
  `no answer within ${seconds} seconds; nothing was changed here, try again`;
