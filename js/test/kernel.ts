// A model as a kernel would keep it up, in the hands of a test: it holds a table of numbered rows,
// answers what it is asked if it is told to, and keeps what was sent.
import type { CustomMessage, LinkState, Model, Traits, Upward } from "../src/model.ts";
import type { Page, Reading, TableState, ViewState } from "../src/wire.ts";

const LINK: LinkState = {
  status: "live",
  since: null,
  role: "edit",
  viewers: 2,
  cid: "kernel",
  uuid: "u-1",
  base: "http://127.0.0.1:1",
  view_url: "http://127.0.0.1:1/d/u-1",
  limits: { upload: 1000 },
  message: null,
};

export class Kernel implements Model {
  readonly sent: Upward[] = [];
  readonly #handlers = new Map<string, Set<(message: never) => void>>();
  #traits: Traits = { _state: null, _page: null, _link: LINK };
  /** Whether requests are answered by themselves, as a kernel and its relay would. */
  answers = true;
  table = "t1";
  rows = 1000;
  columns = 3;
  reading: Partial<Reading> = { delimiter: "\t" };
  view: ViewState = {
    page: 1,
    page_size: 100,
    n_pages: 10,
    n_rows: 1000,
    stick: false,
    query: {},
    of_rows: 1000,
    brought: 0,
  };
  seq = 0;

  constructor(link: Partial<LinkState> = {}) {
    this.#traits._link = { ...LINK, ...link };
    this.show("welcome");
  }

  get<Name extends keyof Traits>(name: Name): Traits[Name] {
    return this.#traits[name];
  }

  on(event: string, handler: (message: never) => void): void {
    this.#handlers.set(event, (this.#handlers.get(event) ?? new Set()).add(handler));
  }

  off(event: string, handler: (message: never) => void): void {
    this.#handlers.get(event)?.delete(handler);
  }

  send(message: Upward): void {
    this.sent.push(message);
    if (this.answers) queueMicrotask(() => this.answer(message));
  }

  /** What was sent of a type. */
  asked<Type extends Upward["type"]>(type: Type): Extract<Upward, { type: Type }>[] {
    return this.sent.filter((request) => request.type === type) as never;
  }

  emit(event: string, message?: CustomMessage): void {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) handler(message as never);
  }

  link(changes: Partial<LinkState>): void {
    this.#traits = { ...this.#traits, _link: { ...(this.#traits._link as LinkState), ...changes } };
    this.emit("change:_link");
  }

  /** Change the shared view, as somebody elsewhere would. */
  turn(page: number): void {
    this.view = { ...this.view, page };
    this.show("page");
  }

  grow(rows: number): void {
    this.rows = rows;
    this.view = { ...this.view, n_rows: rows, n_pages: Math.ceil(rows / this.view.page_size) };
    this.show("growth");
  }

  replace(table: string, rows: number): void {
    this.table = table;
    this.view = { ...this.view, page: 1 };
    this.rows = rows;
    this.view = { ...this.view, n_rows: rows, n_pages: Math.ceil(rows / this.view.page_size) };
    this.show("table");
  }

  readAnew(delimiter: string, rows: number): void {
    this.reading = { delimiter };
    this.rows = rows;
    this.view = { ...this.view, n_rows: rows, n_pages: Math.ceil(rows / this.view.page_size) };
    this.show("reading");
  }

  show(event: string): void {
    const { table: id, rows, columns, view, reading } = this;
    const facts = { bytes: 1, total_bytes: 1, status: "complete", problem: null, reading };
    const table = { id, name: `${id}.tsv`, rows, columns, ...facts } as TableState;
    const _state = {
      epoch: "e",
      seq: ++this.seq,
      by: null,
      event,
      state: { table, view, undo: null },
    };
    const _page = this.page(view.page, view.page_size, [0, 100]);
    this.#traits = { ...this.#traits, _state, _page };
    this.emit("change:_state");
    this.emit("change:_page");
  }

  page(page: number, page_size: number, [start, stop]: [number, number]): Page {
    const first_row = (page - 1) * page_size;
    const width = Math.max(0, Math.min(stop, this.columns) - start);
    const height = Math.max(0, Math.min(page_size, this.rows - first_row));
    const cell = (row: number) => (_: unknown, i: number) => `${first_row + row}:${start + i}`;
    return {
      table: this.table,
      page,
      n_pages: Math.ceil(this.rows / page_size),
      page_size,
      n_rows: this.rows,
      first_row,
      columns: { start, total: this.columns, names: null },
      rows: Array.from({ length: height }, (_, row) => Array.from({ length: width }, cell(row))),
      cut: [],
    };
  }

  answer(request: Upward): void {
    if (!("id" in request) || request.type === "cancel") return;
    const { id } = request;
    const say = (message: object) => this.emit("msg:custom", { id, ...message } as CustomMessage);
    if (request.type === "hi") say({ type: "hi", key: "k", beat: 10 });
    if (request.type === "look") {
      const { page, page_size, columns } = request;
      say({ type: "page", page: this.page(page, page_size, columns ?? [0, 100]) });
    }
    if (request.type === "op") {
      const { page, page_size = this.view.page_size } = request.set;
      const n_pages = Math.ceil(this.rows / page_size);
      const target = page === -1 ? n_pages : (page ?? 1);
      this.view = { ...this.view, page: target, page_size, n_pages, stick: page === -1 };
      this.show("page");
      say({ type: "ack", epoch: "e", seq: this.seq });
    }
  }
}

/** Let everything that waits for an answer take its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
