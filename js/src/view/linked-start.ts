// Starting at the view of a link, or of the table before: once, on one's own, as soon as there is a
// table.

import type { Host } from "./host.ts";
import type { Lookups } from "./lookups.ts";
import type { OwnView } from "./own-view.ts";
import { type LinkedView, missingWords, resolveColumn, resolveColumns } from "./view-link.ts";

export class LinkedStart {
  readonly #host: Host;
  readonly #own: OwnView;
  readonly #lookups: Lookups;
  readonly #ongo: (row: number, column: number | null) => void;
  /** The view of the link that was opened, until it is shown. */
  view: LinkedView | null = null;

  /** `ongo` goes to the row and the column of the link, once its page is here. */
  constructor(
    host: Host,
    own: OwnView,
    lookups: Lookups,
    ongo: (row: number, column: number | null) => void,
  ) {
    this.#ongo = ongo;
    this.#host = host;
    this.#own = own;
    this.#lookups = lookups;
  }

  /** Whether the link's view is still to be shown, and can be. */
  get ready(): boolean {
    return this.view !== null && (this.#host.document?.table?.columns ?? 0) > 0;
  }

  /** Show the link's view in the private view, which must have been started. */
  begin(): void {
    const { view } = this;
    this.view = null;
    if (view) this.#open(view).catch((error) => this.#host.reportError(error));
  }

  async #open({ query, names, page, page_size, at }: LinkedView): Promise<void> {
    const find = async (name: string) => (await this.#lookups.findColumns(name)).found;
    const width = this.#host.document?.table?.columns ?? 0;
    const { query: found, lost } = await resolveColumns(query, names, width, find);
    if (lost.length > 0) this.#host.showNotice({ code: "not_found", message: missingWords(lost) });
    await this.#own.applyQuery(found, lost.length > 0 ? 1 : page, page_size);
    if (at) this.#ongo(at.row, await resolveColumn(at.column, names, width, find));
  }
}
