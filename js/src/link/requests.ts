// Requests of a view, and the replies to them.

import { TSVShareError } from "../protocol/errors.ts";
import { ANSWER_SECONDS } from "../protocol/limits.ts";
import type {
  AccessAnswer,
  Ack,
  CellAnswer,
  ColumnsAnswer,
  DescriptionAnswer,
  HitAnswer,
  PageAnswer,
  ProfileAnswer,
} from "../protocol/relay-messages.ts";
import type { Page } from "../protocol/state.ts";
import type {
  Find,
  FindColumns,
  GetCell,
  GetDescription,
  GetProfile,
  Look,
  Op,
  SetAccess,
} from "../protocol/viewer-messages.ts";
import { fill, texts } from "../texts/texts.ts";
import { Held } from "./held.ts";
import { jupyterOrigin, type Model } from "./model.ts";
import type {
  Answer,
  CustomMessage,
  ExtrasAnswer,
  HiAnswer,
  Request,
  TakeWay,
  UploadAnswer,
  UploadStep,
  Upward,
} from "./model-messages.ts";
import { randomName } from "./random-name.ts";

/** Seconds that a table may take to be moved. */
const WAY_SECONDS = 3600;
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
