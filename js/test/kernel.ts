// A model as a kernel would keep it up, in the hands of a test: it holds a table of numbered rows,
// answers what it is asked if it is told to, and keeps what was sent.

import type { LinkState, Model, Traits } from "../src/link/model.ts";
import type { CustomMessage, Upward } from "../src/link/model-messages.ts";
import type { Query } from "../src/protocol/query.ts";
import type { Dialect, ReadOptions } from "../src/protocol/read-options.ts";
import type { Page, TableState, Undo, ViewState } from "../src/protocol/state.ts";
import type { Op } from "../src/protocol/viewer-messages.ts";

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
  reading: Partial<Dialect> = { delimiter: "\t" };
  told: ReadOptions = {};
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
  by: string | null = null;
  undo: Undo | null = null;

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

  readAnew(delimiter: string, rows: number, skip = 0): void {
    this.reading = { delimiter, skip };
    this.rows = rows;
    this.view = { ...this.view, n_rows: rows, n_pages: Math.ceil(rows / this.view.page_size) };
    this.show("reading");
  }

  show(event: string): void {
    const { table: id, rows, columns, view, reading, told, by, undo } = this;
    const facts = { bytes: 1, total_bytes: 1, status: "complete", problem: null, reading, told };
    const table = { id, name: `${id}.tsv`, rows, columns, ...facts } as TableState;
    const state = { table, view, undo };
    const _state = {
      epoch: "e",
      seq: ++this.seq,
      by,
      event,
      state,
    };
    const _page = this.page(view.page, view.page_size, [0, 100]);
    this.#traits = { ...this.#traits, _state, _page };
    this.emit("change:_state");
    this.emit("change:_page");
  }

  /** Rows that any filter or search leaves. */
  matching = 120;

  #rowsOf({ filters = [], search = "" }: Query): number {
    return filters.length > 0 || search !== "" ? this.matching : this.rows;
  }

  page(
    page: number,
    page_size: number,
    [start, stop]: [number, number],
    query: Query = this.view.query,
  ): Page {
    const rows = this.#rowsOf(query);
    const first_row = (page - 1) * page_size;
    const width = Math.max(0, Math.min(stop, this.columns) - start);
    const height = Math.max(0, Math.min(page_size, rows - first_row));
    const cell = (row: number) => (_: unknown, i: number) => `${first_row + row}:${start + i}`;
    return {
      table: this.table,
      page,
      n_pages: Math.max(1, Math.ceil(rows / page_size)),
      page_size,
      n_rows: rows,
      of_rows: this.rows,
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
      const { page, page_size, columns, query } = request;
      say({ type: "page", page: this.page(page, page_size, columns ?? [0, 100], query) });
    }
    if (request.type === "op") {
      this.#operate(request.set);
      say({ type: "ack", epoch: "e", seq: this.seq });
    }
  }

  #operate({ page, page_size = this.view.page_size, bring, ...set }: Op["set"]): void {
    const { sort, filters, search } = { ...this.view.query, ...set };
    const query = { ...(sort && { sort }), ...(filters && { filters }), ...(search && { search }) };
    const n_rows = this.#rowsOf(query);
    const n_pages = Math.max(1, Math.ceil(n_rows / page_size));
    const counts = { n_rows, n_pages, of_rows: this.rows };
    const target = page === -1 ? n_pages : (page ?? 1);
    this.view = { ...this.view, ...counts, query, page: target, page_size, stick: page === -1 };
    if (bring) this.view = { ...this.view, brought: this.seq + 1 };
    this.show(bring ? "bring" : Object.keys(set).length > 0 ? "query" : "page");
  }
}

/** Let everything that waits for an answer take its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
