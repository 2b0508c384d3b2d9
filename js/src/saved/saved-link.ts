// A link to a saved view says what the view asked when it was copied, and which view it is: if that
// asks something else by now, it is shown as it is now.

import type { SavedView } from "../protocol/query.ts";
import { sameQuery } from "../protocol/query.ts";
import { texts } from "../texts/texts.ts";
import { readPageUrl } from "../view/page-url.ts";
import type { Viewer } from "../view/viewer.ts";
import type { SavedViews } from "./saved-views.ts";

/** The id of the saved view that an address leads to. */
export const savedIn = (url: string): string | null =>
  new URLSearchParams(new URL(url).hash.slice(1)).get("saved");

export class SavedLink {
  readonly #viewer: Viewer;
  readonly #views: SavedViews;
  readonly #url: string;
  #id: string | null;

  constructor(viewer: Viewer, views: SavedViews, url: string) {
    this.#viewer = viewer;
    this.#views = views;
    this.#url = url;
    this.#id = savedIn(url);
  }

  /** See to the view of the link, once there is a table and a connection. */
  update(): void {
    const { live, document: shared } = this.#viewer;
    const id = this.#id;
    if (id === null || !live || !shared?.table?.columns) return;
    this.#id = null;
    this.#views.list("all").then(
      (views) => this.#show(views.find((view) => view.id === id)),
      (error) => this.#viewer.reportError(error),
    );
  }

  #show(view: SavedView | undefined): void {
    const linked = readPageUrl(this.#url).view;
    if (view === undefined) {
      this.#viewer.onnotice({ code: "not_found", message: texts.viewOfLinkGone });
    } else if (!linked || !sameQuery(view.query, linked.query)) this.#views.show(view);
  }
}
