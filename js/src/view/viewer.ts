// The viewer: one view of a document, what it shows and what its controls do. No DOM.
//
// Shared, as the model tells it: the table, the view everyone has, who is there (shared-view.ts).
// Private to this screen: whether it follows, and the view it has while it does not (own-view.ts).
// Browser-only: changes that are not shown yet, the blocks of columns fetched (current-sheet.ts).

import { waitForSnapshot } from "../link/arrival.ts";
import { Liveness } from "../link/liveness.ts";
import type { Model } from "../link/model.ts";
import type { SelectionMessage } from "../link/model-messages.ts";
import { Requests } from "../link/requests.ts";
import { LASTING_ERRORS, TSVShareError } from "../protocol/errors.ts";
import type { Heatmap, Query } from "../protocol/query.ts";
import { isEverything, sameQuery } from "../protocol/query.ts";
import type { ReadOptions } from "../protocol/read-options.ts";
import type { ErrorMessage, Pointing as PointingMessage } from "../protocol/relay-messages.ts";
import type { Person, Place, Problem, Snapshot, ViewState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { ColumnNames } from "./column-names.ts";
import { CurrentSheet } from "./current-sheet.ts";
import type { Host } from "./host.ts";
import { LinkedStart } from "./linked-start.ts";
import { Growth } from "./live/growth.ts";
import type { Pointing } from "./live/pointing.ts";
import { type Spot, Spots } from "./live/spots.ts";
import { Lookups } from "./lookups.ts";
import { Myself, type NameStore } from "./me.ts";
import { OwnView } from "./own-view.ts";
import { refusePage, type Settings } from "./paging.ts";
import { whoIs } from "./people.ts";
import { type Probe, probeRelay, Reach } from "./reach.ts";
import { SharedView } from "./shared-view.ts";
import { Shown } from "./shown.ts";
import { type LinkedView, viewToLink } from "./view-link.ts";

export class Viewer extends Shown {
  readonly requests: Requests;
  readonly liveness: Liveness;
  readonly me: Myself;
  /** Whether this browser reaches the relay. */
  readonly reach: Reach;
  /** The names of columns as far as they came. */
  readonly names = new ColumnNames();
  /** How the table grows. */
  readonly growth = new Growth(() => this.#changed());
  /** Reading more of the table than its page. */
  readonly lookups: Lookups;
  protected readonly model: Model;
  protected readonly shared: SharedView;
  protected readonly own: OwnView;
  protected readonly current: CurrentSheet;
  readonly #spots: Spots;
  readonly #start: LinkedStart;
  /** Where this screen is, for those who are brought there: a row by its id, and a column. */
  here: () => [row: number, column: number] | null = () => null;
  #scheduled = false;
  #known: Snapshot | null;
  #wasLive = false;

  /** Called after anything changed, at most once a turn of the event loop. */
  onchange: () => void = () => {};
  /** Called with what went wrong, or what the person should know. */
  onnotice: (notice: Problem) => void = () => {};

  constructor(model: Model, names: NameStore | null = null, probe: Probe = probeRelay) {
    super();
    this.model = model;
    this.#known = model.get("_state");
    this.requests = new Requests(model, () => this.#changed());
    this.me = new Myself(model, names);
    const host = this.#host();
    this.shared = new SharedView(host);
    this.own = new OwnView(host);
    this.lookups = new Lookups(host, this.names);
    this.current = new CurrentSheet(host, this.lookups);
    this.#spots = new Spots(this.requests, () => this.link, this.#changed);
    const go = (row: number, column: number | null) => this.#spots.go(row, column);
    this.#start = new LinkedStart(host, this.own, this.lookups, go);
    this.liveness = new Liveness(model, this.requests, () => this.#changed());
    this.reach = new Reach(() => this.#changed(), probe);
    for (const name of ["_state", "_page", "_link"] as const) {
      model.on(`change:${name}`, this.#changed);
    }
    model.on("msg:custom", this.#hear);
    this.#applySnapshot();
  }

  close(): void {
    for (const name of ["_state", "_page", "_link"] as const) {
      this.model.off(`change:${name}`, this.#changed);
    }
    this.model.off("msg:custom", this.#hear);
    this.own.stop();
    this.me.close();
    this.liveness.close();
    this.growth.close();
    this.pointing.close();
    this.requests.close();
  }

  // --- what the controls do ---

  /** Turn to a page, -1 the last: everyone's if this view follows and may, else this view's. */
  turnTo(page: number): void {
    const refusal = refusePage(page, this.view?.n_pages ?? 1);
    if (refusal) this.onnotice({ code: "no_such_page", message: refusal });
    else this.#set({ page });
  }

  /** Show so many rows on a page, with the top row still in sight. */
  setPageSize(page_size: number): void {
    this.#set({ page_size });
  }

  /** Where people point. */
  get pointing(): Pointing {
    return this.#spots.pointing;
  }

  /** The person whose page and pointing this screen follows; null: nobody's. */
  get followed(): Person | null {
    return this.#spots.followed;
  }

  /** Go where somebody goes, until one turns a page or asks something oneself; null: no more. */
  followPerson(cid: string | null): void {
    this.#spots.follow(cid);
  }

  /** Go to the page of who is followed. What they ask on their own is not known here. */
  #comeAfter(): void {
    const person = this.followed;
    if (person === null) {
      if (this.live) this.#spots.dropGone();
      return;
    }
    const { at } = person;
    if (at === null) this.#follow(true);
    if (at === null || at.own_query) return;
    this.#follow(false);
    const { view } = this;
    if (view && view.page !== at.page && at.page <= view.n_pages) {
      this.own.changeSettings({ page: at.page });
    }
  }

  /** Colour columns by their numbers: for everyone if this view follows and may, else here. */
  colour(heatmap: Heatmap | null): void {
    if (!this.document?.table) return;
    if (this.#isForEveryone())
      this.shared.sendOp({ heatmap }).catch((error) => this.reportError(error));
    else this.own.colour(heatmap);
    this.#changed();
  }

  /** Follow everyone, or start a private view at the page that is shown. */
  follow(following: boolean): void {
    this.followPerson(null);
    this.#follow(following);
  }

  #follow(following: boolean): void {
    if (following === this.following || !this.document) return;
    if (following) this.own.stop();
    else this.own.start(this.document.view, this.model.get("_page"));
    this.#changed();
  }

  /**
   * Apply a query: to everyone's view if this one follows and may, else to this one.
   * Settles when they show; rejected if they cannot be found.
   */
  async applyQuery(query: Query): Promise<void> {
    if (!this.document?.table) return;
    this.followPerson(null);
    await (this.#isForEveryone() ? this.shared.applyQuery(query) : this.own.applyQuery(query));
  }

  /** Apply a query and report what goes wrong: for controls that have no place of their own for it. */
  submitQuery(query: Query): void {
    this.applyQuery(query).catch((error) => this.reportError(error));
  }

  /** Cancel the pending query. */
  cancelQuery(): void {
    if (this.following) this.shared.cancelQuery();
    else this.own.cancelQuery();
  }

  /** Let the others see where this viewer points: a row by its id, and a column. */
  point(row: number, column: number | null): void {
    const { table } = this.sheet?.page ?? {};
    if (table !== undefined) this.pointing.point(this.link, table, row, column);
  }

  /** The row, by its id, and the column to go to as soon as they are shown; null after that. */
  takeSpot(): Spot | null {
    return this.#spots.take();
  }

  /** Show everyone what this screen shows. */
  async bringEveryone(): Promise<void> {
    const { view } = this;
    if (view === null) return;
    const { page, page_size, query } = view;
    const { sort = [], filters = [], search = "" } = query;
    const place = { page: view.stick ? -1 : page, page_size };
    const spot = this.here();
    const there = spot ? { spot } : {};
    await this.shared.sendOp({ ...place, sort, filters, search, bring: true, ...there });
    this.follow(true);
  }

  /** Bring back the table that the one shown replaced, or an earlier one that is kept. */
  async undo(table?: string): Promise<void> {
    const undo = table ?? this.document?.undo?.table;
    if (undo !== undefined) await this.shared.sendOp({ undo });
  }

  /** Begin privately, at the view of a link, as soon as there is a table. */
  startAt(view: LinkedView): void {
    this.#start.view = view;
    this.#changed();
  }

  /** Fetch the blocks of some columns of the sheet that are not here yet. */
  fetchColumns(columns: Iterable<number>): void {
    if (this.turnable) this.current.fetchColumns(columns);
  }

  /** Send the selection to the kernel. */
  sendSelection(selected: Omit<SelectionMessage, "type">): void {
    this.model.send({ type: "selection", ...selected });
  }

  /** Report what went wrong; what was cancelled on purpose did not. */
  reportError(error: unknown): void {
    const code = error instanceof TSVShareError ? error.code : "error";
    if (code === "cancelled" || code === "superseded") return;
    this.onnotice({ code, message: String((error as Error).message) });
  }

  /** Have the table read anew for everyone with some options, and the rest of it found out. */
  async reread(options: ReadOptions): Promise<void> {
    await this.shared.sendOp({ reading: options });
  }

  // --- inside ---

  #host(): Host {
    const viewer = this;
    return {
      requests: this.requests,
      get document() {
        return viewer.document;
      },
      get query() {
        return viewer.view?.query ?? {};
      },
      changed: this.#changed,
      reportError: (error) => this.reportError(error),
      showNotice: (notice) => this.onnotice(notice),
      waitForSnapshot: (ack) => waitForSnapshot(this.model, ack),
    };
  }

  /** Whether what is set now is for everyone; who may not do that stops following. */
  #isForEveryone(): boolean {
    if (this.following && !this.editor) this.follow(false);
    return this.following;
  }

  #set(set: Settings): void {
    if (!this.document?.table) return;
    this.followPerson(null);
    if (this.#isForEveryone()) this.shared.changeSettings(set);
    else this.own.changeSettings(set);
    this.#changed();
  }

  /** Apply what came from the model: a snapshot, a connection lost or back. */
  #applySnapshot(): void {
    const known = this.#known;
    const next = this.snapshot;
    this.#known = next;
    this.#noticeConnection();
    this.reach.update(this.link?.base ?? null);
    if (next !== null && next !== known) {
      if (wasBrought(known, next)) this.#comeAlong(next);
      const was = this.own.applySnapshot(known, next);
      if (known?.state.table && known.state.table.id !== next.state.table?.id) this.#askAgain(was);
    }
    this.#begin();
    this.#comeAfter();
    this.growth.observe(next?.state.table ?? null, this.view);
    this.names.addSheet(this.sheet, next?.state.table ?? null);
    this.me.setPlace(this.#place());
  }

  /** Ask of a new table what was asked on one's own of the one it replaced. */
  #askAgain(was: ViewState | null): void {
    const asked = was !== null && !isEverything(was.query);
    this.#start.view = asked ? { ...viewToLink(was, this.names.known), page: 1 } : null;
  }

  #noticeConnection(): void {
    const { live } = this;
    const silent = this.liveness.state === "silent";
    if ((this.#wasLive && !live) || silent) {
      this.requests.abandon(texts.connectionWasLost, { all: silent });
    }
    if (!this.#wasLive && live) {
      this.me.resend();
      if (this.#known) this.own.refetch();
    }
    this.#wasLive = live;
  }

  /** Follow an editor who brings everyone to one place. */
  #comeAlong(next: Snapshot): void {
    this.#spots.bring(next);
    if (this.following) return;
    this.own.stop();
    const who = next.event === "bring" ? whoIs(this.link, next.by) : texts.somebody;
    if (who === null) return;
    this.onnotice({ code: "brought", message: fill(texts.broughtHere, { who }) });
  }

  /** Go to the view of the link that was opened. */
  #begin(): void {
    if (!this.live || !this.#start.ready) return;
    this.follow(false);
    this.#start.begin();
  }

  /** The place of this viewer, as the others see it; null while they follow. */
  #place(): Place | null {
    const own = this.own.view;
    if (own === null) return null;
    const { page, n_pages, query } = own;
    return { page, n_pages, own_query: !sameQuery(query, this.document?.view.query ?? {}) };
  }

  readonly #hear = (message: { type: string }): void => {
    if (message.type === "pointing") this.#spots.receive(message as PointingMessage);
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
      this.#applySnapshot();
      this.onchange();
    });
  };
}

const wasBrought = (known: Snapshot | null, next: Snapshot): boolean =>
  known?.epoch === next.epoch && known.state.view.brought !== next.state.view.brought;
