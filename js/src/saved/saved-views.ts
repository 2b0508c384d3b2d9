// Saved views: those of the document, for everyone, and those that this browser keeps; what can be
// done with one. Showing one shows it on this screen alone, as a link does: a click on a name turns
// nobody's page. An editor shows it to everyone by saying so.

import { linksOf } from "../link/links.ts";
import { randomName } from "../link/random-name.ts";
import type { SavedView } from "../protocol/query.ts";
import type { ViewsAnswer } from "../protocol/relay-messages.ts";
import {
  type LinkedView,
  linkToView,
  missingWords,
  resolveColumns,
  viewToLink,
} from "../view/view-link.ts";
import type { Viewer } from "../view/viewer.ts";
import { KeptViews } from "./kept-views.ts";

/** Whose a view is: the document's, or this browser's. */
export type Owner = "all" | "me";

export class SavedViews {
  readonly #viewer: Viewer;
  readonly #kept: KeptViews;

  constructor(viewer: Viewer, kept = new KeptViews(() => viewer.link?.uuid)) {
    this.#viewer = viewer;
    this.#kept = kept;
  }

  /** What changes with the views of the document. */
  get version(): string {
    const { snapshot } = this.#viewer;
    return `${snapshot?.epoch} ${snapshot?.state.saved}`;
  }

  /** Whether this viewer may change the views of the document. */
  get mayShare(): boolean {
    return this.#viewer.editor && this.#viewer.live;
  }

  async list(owner: Owner): Promise<SavedView[]> {
    if (owner === "me") return this.#kept.all;
    return (await this.#viewer.requests.ask<ViewsAnswer>({ type: "views" })).views;
  }

  /** Save what this screen shows, in place of the view with an id; whether there was room. */
  async saveShown(name: string, owner: Owner, id = randomName()): Promise<boolean> {
    const { view, names: known } = this.#viewer;
    if (view === null) return false;
    const { query, names } = viewToLink(view, known.known);
    const pairs = Object.entries(names).map(([at, text]): [number, string] => [Number(at), text]);
    return this.save({ id, name, query, names: pairs }, owner);
  }

  async save(view: SavedView, owner: Owner): Promise<boolean> {
    if (owner === "me") return this.#kept.save(view);
    await this.#op({ save_view: view });
    return true;
  }

  async delete(id: string, owner: Owner): Promise<void> {
    if (owner === "me") this.#kept.delete(id);
    else await this.#op({ delete_view: id });
  }

  /** Show a view on this screen alone, from its first page. */
  show(view: SavedView): void {
    this.#viewer.startAt(this.#linked(view));
  }

  /** Show a view to everyone. */
  async showToAll(view: SavedView): Promise<void> {
    const viewer = this.#viewer;
    const find = async (name: string) => (await viewer.lookups.findColumns(name)).found;
    const width = viewer.document?.table?.columns ?? 0;
    const { query, names } = this.#linked(view);
    const { query: found, lost } = await resolveColumns(query, names, width, find);
    if (lost.length > 0) viewer.onnotice({ code: "not_found", message: missingWords(lost) });
    viewer.follow(true);
    await viewer.applyQuery(found);
  }

  /** A link that opens with a view, for who gets it alone; null where there is no link. */
  link(view: SavedView, owner: Owner): string | null {
    const { link, liveness, editor } = this.#viewer;
    const looking = { look: link?.access?.look ?? "open", key: liveness.lookKey } as const;
    const { look, full } = linksOf(link?.view_url ?? null, liveness.key, editor, looking);
    const url = look ?? full;
    if (url === null) return null;
    const here = linkToView(url, this.#linked(view));
    // What it asks goes along, also for when it is deleted; by its id it is found as it is then.
    return owner === "all" ? `${here}&saved=${encodeURIComponent(view.id)}` : here;
  }

  #linked({ query, names }: SavedView): LinkedView {
    const page_size = this.#viewer.view?.page_size ?? 1;
    return { page: 1, page_size, query, names: Object.fromEntries(names) };
  }

  async #op(set: { save_view: SavedView } | { delete_view: string }): Promise<void> {
    const table = this.#viewer.document?.table?.id ?? null;
    await this.#viewer.requests.op({ type: "op", table, set });
  }
}
