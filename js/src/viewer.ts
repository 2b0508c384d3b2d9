// One view of a document: what it shows and what its controls do. No DOM.
//
// Shared, as the model tells it: the table, the page everyone is on, the page size, who is there.
// Private to this view: whether it follows, and the page it looks at while it does not.
// Browser-only: which page was asked for and has not come yet, the blocks of columns fetched.
import { Latest } from "./latest.ts";
import { Liveness } from "./liveness.ts";
import { type LinkState, type Model, Requests } from "./model.ts";
import { blockColumns, Sheet } from "./sheet.ts";
import { changeView, countPages, growView, refusePage, type Settings } from "./views.ts";
import {
  type Ack,
  type CellAnswer,
  type DocumentState,
  type ErrorMessage,
  type Page,
  type Problem,
  type Snapshot,
  type TableState,
  type Told,
  TSVShareError,
  type ViewState,
} from "./wire.ts";

export type Connection = LinkState["status"] | "detached";

const IN_SIGHT_SECONDS = 5;
/** Reading a large file anew takes its time; a connection that is lost ends the wait sooner. */
const REREAD_SECONDS = 900;

export class Viewer {
  readonly requests: Requests;
  readonly liveness: Liveness;
  readonly #model: Model;
  readonly #ops = new Latest<Settings>((set) => this.#operate(set));
  readonly #looks = new Latest<ViewState>((view) => this.#look(view));
  readonly #blocks = new Latest<number[]>((blocks) => this.#fetch(blocks));
  #scheduled = false;
  #wanted: Settings | null = null;
  #mine: ViewState | null = null;
  #answer: Page | null = null;
  #sheet: Sheet | null = null;
  #known: Snapshot | null;
  #wasLive = false;

  /** Called after anything changed, at most once a turn of the event loop. */
  onchange: () => void = () => {};
  /** Called with what went wrong, or what a viewer should know. */
  onnotice: (notice: Problem) => void = () => {};

  constructor(model: Model) {
    this.#model = model;
    this.#known = model.get("_state");
    this.requests = new Requests(model);
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
    return this.#mine === null;
  }

  /** The view on this screen: the shared one or the private one. */
  get view(): ViewState | null {
    return this.#mine ?? this.document?.view ?? null;
  }

  /** The page this screen is on or, while it comes, is turning to. */
  get page(): number {
    const { view } = this;
    if (!view) return 1;
    return (this.#wanted ? changeView(view, this.#wanted) : view).page;
  }

  /** Whether what is shown is not what was asked for yet. */
  get turning(): boolean {
    const shown = this.#sheet?.page;
    if (this.#wanted !== null) return this.#wanted.page !== undefined && this.page !== shown?.page;
    return this.#mine !== null && this.#looks.busy;
  }

  /** The page to draw; null if there is no table. The same object as long as it is the same page. */
  get sheet(): Sheet | null {
    const page = this.#mine
      ? (this.#answer ?? this.#sheet?.page ?? null)
      : this.#model.get("_page");
    if (this.document?.table === null || page === null) this.#sheet = null;
    else if (this.#sheet?.page !== page) this.#sheet = new Sheet(page);
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
    this.#looks.clear();
    this.#answer = null;
    this.#mine = following ? null : { ...this.document.view, stick: false };
    if (this.#mine) this.#answer = this.#model.get("_page");
    this.#changed();
  }

  /** Fetch what is lacking of columns [start, stop) of the sheet. */
  need(start: number, stop: number): void {
    const lacking = this.#sheet?.lacking(start, stop) ?? [];
    if (lacking.length > 0 && this.live) this.#blocks.ask(lacking);
  }

  /** The whole text of a cell of the sheet, `row` counted on the page. */
  cell(sheet: Sheet, row: number, column: number): Promise<CellAnswer> {
    const { table } = sheet.page;
    return this.requests.cell({ type: "cell", table, row: sheet.place(row), column });
  }

  notify(error: unknown): void {
    const known = error instanceof TSVShareError;
    this.onnotice({
      code: known ? error.code : "error",
      message: String((error as Error).message),
    });
  }

  /** Have the table read anew for everyone: as told, and the rest of it found out. */
  async reread(told: Told): Promise<void> {
    const table = this.document?.table?.id ?? null;
    const set = { reading: told };
    await this.#reached(
      await this.requests.op({ type: "op", table, set }, { seconds: REREAD_SECONDS }),
    );
  }

  // --- inside ---

  #set(set: Settings): void {
    if (!this.document?.table) return;
    if (this.following && !this.editor) this.follow(false);
    if (this.#mine) {
      this.#mine = changeView(this.#mine, set);
      this.#looks.ask(this.#mine);
    } else {
      this.#wanted = { ...this.#wanted, ...set };
      this.#ops.ask(this.#wanted);
    }
    this.#changed();
  }

  async #operate(set: Settings): Promise<void> {
    try {
      const table = this.document?.table?.id ?? null;
      await this.#reached(await this.requests.op({ type: "op", table, set }));
    } catch (error) {
      this.#ops.clear();
      this.notify(error);
    }
    if (!this.#ops.overtaken) this.#wanted = null;
    this.#changed();
  }

  /** Wait until the snapshot an op led to is here: its ack may come by a shorter way. */
  #reached(ack: Ack): Promise<void> {
    const here = () => {
      const now = this.snapshot;
      return now !== null && (now.epoch !== ack.epoch || now.seq >= ack.seq);
    };
    if (here()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#model.off("change:_state", check);
        clearTimeout(timer);
        resolve();
      };
      const check = () => here() && done();
      const timer = setTimeout(done, IN_SIGHT_SECONDS * 1000);
      this.#model.on("change:_state", check);
    });
  }

  async #look(view: ViewState): Promise<void> {
    const table = this.document?.table?.id;
    if (table === undefined) return;
    try {
      const { page, page_size } = view;
      const answer = await this.requests.look({ type: "look", table, page, page_size });
      if (this.#mine && this.document?.table?.id === table) this.#answer = answer;
    } catch (error) {
      this.notify(error);
    }
    queueMicrotask(this.#changed);
  }

  async #fetch(blocks: number[]): Promise<void> {
    const sheet = this.#sheet;
    if (sheet === null) return;
    const { table, page, page_size } = sheet.page;
    try {
      for (const block of blocks) {
        const columns = blockColumns(block);
        const answer = await this.requests.look({ type: "look", table, page, page_size, columns });
        if (this.#sheet !== sheet) return;
        if (sheet.fits(answer)) sheet.add(answer);
        this.#changed();
      }
    } catch (error) {
      if (this.#sheet === sheet) this.notify(error);
    }
  }

  /** Take in what came: a new table or more rows for a private view, a connection lost or back. */
  #keepUp(): void {
    const known = this.#known;
    const next = this.snapshot;
    this.#known = next;
    this.#noticeConnection();
    if (this.#mine === null || next === null || next === known) return;
    const { table, view } = next.state;
    if (table?.id !== known?.state.table?.id) this.#startOver(view, table?.name);
    else if (wasReadAnew(known?.state.table ?? null, table)) this.#readAnew(view.n_rows);
    else if (view.n_rows !== this.#mine.n_rows) this.#grow(view.n_rows);
  }

  #noticeConnection(): void {
    const { live } = this;
    if (this.#wasLive && !live) this.requests.abandon("the connection was lost");
    if (!this.#wasLive && live && this.#mine && this.#known) this.#looks.ask(this.#mine);
    this.#wasLive = live;
  }

  #startOver(shared: ViewState, name: string | undefined): void {
    const page_size = this.#mine?.page_size ?? shared.page_size;
    const fresh = { ...shared, page: 1, page_size, stick: false };
    this.#mine = { ...fresh, n_pages: countPages(shared.n_rows, page_size) };
    this.#answer = null;
    this.#sheet = null;
    this.#looks.clear();
    if (name === undefined) return;
    this.#looks.ask(this.#mine);
    const message = `The table was replaced by ${name}. You are on its page 1, on your own.`;
    this.onnotice({ code: "table", message });
  }

  #readAnew(rows: number): void {
    this.#mine = growView(this.#mine as ViewState, rows);
    this.#looks.ask(this.#mine);
  }

  #grow(rows: number): void {
    const mine = this.#mine as ViewState;
    const next = growView(mine, rows);
    this.#mine = next;
    const shown = this.#answer;
    const short = shown !== null && shown.rows.length < shown.page_size;
    if (short || next.page !== mine.page) this.#looks.ask(next);
  }

  readonly #hear = (message: { type: string }): void => {
    if (message.type !== "error") return;
    const { code, message: text } = message as ErrorMessage;
    this.onnotice({ code, message: text });
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

const wasReadAnew = (known: TableState | null, next: TableState | null): boolean =>
  JSON.stringify(known?.reading) !== JSON.stringify(next?.reading);
