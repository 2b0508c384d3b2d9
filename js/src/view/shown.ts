// What a viewer shows: what everyone sees, or what this screen has of its own instead.

import type { Liveness } from "../link/liveness.ts";
import { asReachedHere, type LinkState, type Model } from "../link/model.ts";
import type { Requests } from "../link/requests.ts";
import type { Query } from "../protocol/query.ts";
import type { DocumentState, Snapshot, ViewState } from "../protocol/state.ts";
import type { CurrentSheet } from "./current-sheet.ts";
import type { OwnView } from "./own-view.ts";
import type { PendingQuery } from "./pending-query.ts";
import type { SharedView } from "./shared-view.ts";
import type { Sheet } from "./sheet.ts";

export type Connection = LinkState["status"] | "detached";

export abstract class Shown {
  abstract readonly requests: Requests;
  abstract readonly liveness: Liveness;
  protected abstract readonly model: Model;
  protected abstract readonly shared: SharedView;
  protected abstract readonly own: OwnView;
  protected abstract readonly current: CurrentSheet;

  get snapshot(): Snapshot | null {
    return this.model.get("_state");
  }

  get document(): DocumentState | null {
    return this.snapshot?.state ?? null;
  }

  get link(): LinkState | null {
    return asReachedHere(this.model.get("_link"));
  }

  get connection(): Connection {
    const status = this.link?.status ?? "connecting";
    if (status === "closed" || this.liveness.state === "alive") return status;
    return this.liveness.state === "silent" ? "detached" : "connecting";
  }

  get live(): boolean {
    return this.connection === "live";
  }

  /** Whether what is done here waits for the kernel, which runs a cell and takes nothing in. */
  get held(): boolean {
    return this.live && this.requests.held;
  }

  get editor(): boolean {
    return this.link?.role === "edit";
  }

  get following(): boolean {
    return this.own.view === null;
  }

  /** The view on this screen: the shared one or the private one. */
  get view(): ViewState | null {
    return this.own.view ?? this.document?.view ?? null;
  }

  /** The page this screen is on or, while it comes, is turning to. */
  get page(): number {
    const { view } = this;
    if (!view) return 1;
    return (this.following ? this.shared.ahead(view) : view).page;
  }

  /** Whether the page that was turned to has not come yet. */
  get turning(): boolean {
    if (this.own.view) return this.own.turning;
    if (this.shared.pending) return this.shared.turning && this.page !== this.current.page?.page;
    return false;
  }

  /** The query of this screen that has no rows yet. */
  get pendingQuery(): PendingQuery | null {
    return this.own.view ? this.own.pendingQuery : this.shared.pendingQuery;
  }

  /** The query of this screen: pending, or shown. */
  get query(): Query {
    return this.pendingQuery?.query ?? this.view?.query ?? {};
  }

  /** Whether the page can be turned: not while a private query is pending. */
  get turnable(): boolean {
    return this.live && this.document?.table != null && this.own.pendingQuery === null;
  }

  /** The page to draw; null if there is no table. The same object as long as it is the same page. */
  get sheet(): Sheet | null {
    const page = this.own.view ? (this.own.page ?? this.current.page) : this.model.get("_page");
    const table = this.document?.table;
    return this.current.showPage(table === null ? null : page, table?.reading);
  }
}
