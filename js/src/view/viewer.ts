// One view of a document: what it shows and what its controls do. No DOM.
//
// Shared, as the model tells it: the table, the view everyone has, who is there (shared-view.ts).
// Private to this screen: whether it follows, and the view it has while it does not (own-view.ts).
// Browser-only: what was asked for and has not come yet, the blocks of columns fetched.
import { arrival } from "../link/arrival.ts";
import { Latest } from "../link/latest.ts";
import { Liveness } from "../link/liveness.ts";
import { type LinkState, type Marked, type Model, Requests } from "../link/model.ts";
import {
  type CellAnswer,
  type ColumnsAnswer,
  type DocumentState,
  type ErrorMessage,
  LASTING_ERRORS,
  type Page,
  type Place,
  type Problem,
  type ProfileAnswer,
  type Query,
  type Snapshot,
  type Told,
  TSVShareError,
  type ViewState,
} from "../protocol/messages.ts";
import { sameQuery } from "../protocol/query.ts";
import { ColumnNames } from "./column-names.ts";
import type { Host } from "./host.ts";
import { Myself, type NameStore } from "./me.ts";
import { OwnView } from "./own-view.ts";
import { refusePage, type Settings } from "./paging.ts";
import type { Question } from "./pending-query.ts";
import { whoIs } from "./people.ts";
import { SharedView } from "./shared-view.ts";
import { blockColumns, Sheet } from "./sheet.ts";
import { type LinkedView, lostWords, placeColumns } from "./view-link.ts";

export type Connection = LinkState["status"] | "detached";

/** Seconds that the picture of a column may take. */
const PROFILE_SECONDS = 180;

export class Viewer {
  readonly requests: Requests;
  readonly liveness: Liveness;
  readonly me: Myself;
  /** The names of columns as far as they came. */
  readonly names = new ColumnNames();
  readonly #model: Model;
  readonly #shared: SharedView;
  readonly #own: OwnView;
  readonly #blocks = new Latest<number[]>((blocks) => this.#fetch(blocks));
  #scheduled = false;
  #sheet: Sheet | null = null;
  #known: Snapshot | null;
  #wasLive = false;
  #start: LinkedView | null = null;

  /** Called after anything changed, at most once a turn of the event loop. */
  onchange: () => void = () => {};
  /** Called with what went wrong, or what a viewer should know. */
  onnotice: (notice: Problem) => void = () => {};

  constructor(model: Model, names: NameStore | null = null) {
    this.#model = model;
    this.#known = model.get("_state");
    this.requests = new Requests(model);
    this.me = new Myself(model, names);
    const host = this.#host();
    this.#shared = new SharedView(host);
    this.#own = new OwnView(host);
    this.liveness = new Liveness(model, this.requests, () => this.#changed());
    for (const name of ["_state", "_page", "_link"] as const) {
      model.on(`change:${name}`, this.#changed);
    }
    model.on("msg:custom", this.#hear);
    this.#keepUp();
  }

  close(): void {
    for (const name of ["_state", "_page", "_link"] as const) {
      this.#model.off(`change:${name}`, this.#changed);
    }
    this.#model.off("msg:custom", this.#hear);
    this.#own.stop();
    this.me.close();
    this.liveness.close();
    this.requests.close();
  }

  // --- what is shown ---

  get snapshot(): Snapshot | null {
    return this.#model.get("_state");
  }

  get document(): DocumentState | null {
    return this.snapshot?.state ?? null;
  }

  get link(): LinkState | null {
    return this.#model.get("_link");
  }

  get connection(): Connection {
    const status = this.link?.status ?? "connecting";
    if (status === "closed" || this.liveness.state === "alive") return status;
    return this.liveness.state === "silent" ? "detached" : "connecting";
  }

  get live(): boolean {
    return this.connection === "live";
  }

  get editor(): boolean {
    return this.link?.role === "edit";
  }

  get following(): boolean {
    return this.#own.view === null;
  }

  /** The view on this screen: the shared one or the private one. */
  get view(): ViewState | null {
    return this.#own.view ?? this.document?.view ?? null;
  }

  /** The page this screen is on or, while it comes, is turning to. */
  get page(): number {
    const { view } = this;
    if (!view) return 1;
    return (this.following ? this.#shared.ahead(view) : view).page;
  }

  /** Whether what is shown is not what was asked for yet. */
  get turning(): boolean {
    if (this.#own.view) return this.#own.turning;
    if (this.#shared.pending) return this.#shared.turning && this.page !== this.#sheet?.page.page;
    return false;
  }

  /** The question of this screen that has no rows yet. */
  get question(): Question | null {
    return this.#own.view ? this.#own.question : this.#shared.question;
  }

  /** What is asked here: shown, or soon. */
  get query(): Query {
    return this.question?.query ?? this.view?.query ?? {};
  }

  /** Whether the page can be turned: not while the rows of one's own question are looked for. */
  get turnable(): boolean {
    return this.live && this.document?.table != null && this.#own.question === null;
  }

  /** The page to draw; null if there is no table. The same object as long as it is the same page. */
  get sheet(): Sheet | null {
    const page = this.#own.view
      ? (this.#own.page ?? this.#sheet?.page ?? null)
      : this.#model.get("_page");
    if (this.document?.table === null || page === null) this.#sheet = null;
    else if (this.#sheet?.page !== page) this.#sheet = new Sheet(page, this.#sheet);
    return this.#sheet;
  }

  // --- what the controls do ---

  /** Turn to a page, -1 the last: everyone's if this view follows and may, else this view's. */
  turn(page: number): void {
    const refusal = refusePage(page, this.view?.n_pages ?? 1);
    if (refusal) this.onnotice({ code: "no_such_page", message: refusal });
    else this.#set({ page });
  }

  /** Show so many rows on a page, with the top row still in sight. */
  resize(page_size: number): void {
    this.#set({ page_size });
  }

  /** Follow everyone, or look around on one's own from the page that is shown. */
  follow(following: boolean): void {
    if (following === this.following || !this.document) return;
    if (following) this.#own.stop();
    else this.#own.start(this.document.view, this.#model.get("_page"));
    this.#changed();
  }

  /**
   * Ask for the rows of a question: everyone's if this view follows and may, else this view's.
   * Settles when they show; rejected if they cannot be found.
   */
  async ask(query: Query): Promise<void> {
    if (!this.document?.table) return;
    if (this.following && !this.editor) this.follow(false);
    await (this.following ? this.#shared.ask(query) : this.#own.ask(query));
  }

  /** Ask, and tell what goes wrong: for controls that have no place of their own to do so. */
  put(query: Query): void {
    this.ask(query).catch((error) => this.notify(error));
  }

  /** Give up the question on its way. */
  cancel(): void {
    if (this.following) this.#shared.cancel();
    else this.#own.cancel();
  }

  /** Show everyone what this screen shows. */
  async bring(): Promise<void> {
    const { view } = this;
    if (view === null) return;
    const { page, page_size, query } = view;
    const { sort = [], filters = [], search = "" } = query;
    const place = { page: view.stick ? -1 : page, page_size };
    await this.#shared.op({ ...place, sort, filters, search, bring: true });
    this.follow(true);
  }

  /** Bring back the table that the one shown replaced. */
  async undo(): Promise<void> {
    const undo = this.document?.undo?.table;
    if (undo !== undefined) await this.#shared.op({ undo });
  }

  /** Begin on one's own, at the view of a link, as soon as there is a table. */
  startAt(view: LinkedView): void {
    this.#start = view;
    this.#changed();
  }

  /** What a column is like, over the rows of a query. */
  profile(column: number, query: Query, signal?: AbortSignal): Promise<ProfileAnswer> {
    const table = this.document?.table?.id ?? "";
    const patience = { seconds: PROFILE_SECONDS, signal };
    return this.requests.profile({ type: "profile", table, column, query }, patience);
  }

  /** The columns whose name holds a text. */
  async findColumns(text: string): Promise<ColumnsAnswer> {
    const table = this.document?.table?.id ?? "";
    const answer = await this.requests.columns({ type: "columns", table, text });
    this.names.learn(answer.found);
    return answer;
  }

  /** Fetch what is lacking of some columns of the sheet. */
  need(columns: Iterable<number>): void {
    const lacking = this.#sheet?.lacking(columns) ?? [];
    if (lacking.length > 0 && this.turnable) this.#blocks.ask(lacking);
  }

  /** The whole text of a cell of the sheet, `row` counted on the page. */
  cell(sheet: Sheet, row: number, column: number): Promise<CellAnswer> {
    const { table } = sheet.page;
    return this.requests.cell({ type: "cell", table, row: sheet.place(row), column });
  }

  /** A block of columns of the page that a sheet is of. */
  block(sheet: Sheet, block: number): Promise<Page> {
    const { table, page, page_size } = sheet.page;
    const query = this.view?.query ?? {};
    const columns = blockColumns(block);
    return this.requests.look({ type: "look", table, page, page_size, columns, query });
  }

  /** Tell the kernel what is selected here. */
  mark(selected: Omit<Marked, "type">): void {
    this.#model.send({ type: "selection", ...selected });
  }

  /** Tell what went wrong; what was given up on purpose did not. */
  notify(error: unknown): void {
    const code = error instanceof TSVShareError ? error.code : "error";
    if (code === "cancelled" || code === "superseded") return;
    this.onnotice({ code, message: String((error as Error).message) });
  }

  /** Have the table read anew for everyone: as told, and the rest of it found out. */
  async reread(told: Told): Promise<void> {
    await this.#shared.op({ reading: told });
  }

  // --- inside ---

  #host(): Host {
    const viewer = this;
    return {
      requests: this.requests,
      get document() {
        return viewer.document;
      },
      changed: this.#changed,
      notify: (error) => this.notify(error),
      tell: (notice) => this.onnotice(notice),
      reached: (ack) => arrival(this.#model, ack),
    };
  }

  #set(set: Settings): void {
    if (!this.document?.table) return;
    if (this.following && !this.editor) this.follow(false);
    if (this.following) this.#shared.set(set);
    else this.#own.set(set);
    this.#changed();
  }

  async #fetch(blocks: number[]): Promise<void> {
    const sheet = this.#sheet;
    if (sheet === null) return;
    try {
      for (const block of blocks) {
        const answer = await this.block(sheet, block);
        if (this.#sheet !== sheet) return;
        if (sheet.fits(answer)) sheet.add(answer);
        this.#changed();
      }
    } catch (error) {
      if (this.#sheet === sheet) this.notify(error);
    }
  }

  /** Take in what came: for a private view, who brought it back, a connection lost or back. */
  #keepUp(): void {
    const known = this.#known;
    const next = this.snapshot;
    this.#known = next;
    this.#noticeConnection();
    if (next !== null && next !== known) {
      if (wasBrought(known, next) && !this.following) this.#comeAlong(next);
      this.#own.keepUp(known, next);
    }
    this.#begin();
    this.names.keep(this.sheet, next?.state.table ?? null);
    this.me.be(this.#place());
  }

  #noticeConnection(): void {
    const { live } = this;
    if (this.#wasLive && !live) this.requests.abandon("the connection was lost");
    if (!this.#wasLive && live) {
      this.me.arrive();
      if (this.#known) this.#own.again();
    }
    this.#wasLive = live;
  }

  /** An editor wants everyone at one place. */
  #comeAlong(next: Snapshot): void {
    this.#own.stop();
    const who = next.event === "bring" ? whoIs(this.link, next.by) : "Somebody";
    if (who === null) return;
    this.onnotice({ code: "brought", message: `${who} brought everyone here.` });
  }

  /** Go to the view of the link that was opened, once. */
  #begin(): void {
    const start = this.#start;
    if (start === null || !this.live || !this.document?.table?.columns) return;
    this.#start = null;
    this.follow(false);
    this.#open(start).catch((error) => this.notify(error));
  }

  async #open({ query, names, page, page_size }: LinkedView): Promise<void> {
    const find = async (name: string) => (await this.findColumns(name)).found;
    const width = this.document?.table?.columns ?? 0;
    const { query: found, lost } = await placeColumns(query, names, width, find);
    if (lost.length > 0) this.onnotice({ code: "not_found", message: lostWords(lost) });
    await this.#own.ask(found, lost.length > 0 ? 1 : page, page_size);
  }

  /** Where this viewer is, as the others are told. */
  #place(): Place | null {
    const own = this.#own.view;
    if (own === null) return null;
    const { page, n_pages, query } = own;
    return { page, n_pages, own_query: !sameQuery(query, this.document?.view.query ?? {}) };
  }

  readonly #hear = (message: { type: string }): void => {
    if (message.type !== "error") return;
    const { code, message: text } = message as ErrorMessage;
    // What stays true stands above the table.
    if (!LASTING_ERRORS.has(code)) this.onnotice({ code, message: text });
  };

  readonly #changed = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#keepUp();
      this.onchange();
    });
  };
}

const wasBrought = (known: Snapshot | null, next: Snapshot): boolean =>
  known?.epoch === next.epoch && known.state.view.brought !== next.state.view.brought;
