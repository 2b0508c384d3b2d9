// The current sheet: the newest page, as the grid draws it, with the blocks of columns that were
// fetched for it. Browser-only.

import { Latest } from "../link/latest.ts";
import type { Dialect } from "../protocol/read-options.ts";
import type { Page } from "../protocol/state.ts";
import type { Host } from "./host.ts";
import type { Lookups } from "./lookups.ts";
import { Sheet } from "./sheet.ts";

export class CurrentSheet {
  readonly #host: Host;
  readonly #lookups: Lookups;
  readonly #blocks = new Latest<number[]>((blocks) => this.#fetchBlocks(blocks));
  #sheet: Sheet | null = null;

  constructor(host: Host, lookups: Lookups) {
    this.#host = host;
    this.#lookups = lookups;
  }

  /** The page that was shown last; null if there was none. */
  get page(): Page | null {
    return this.#sheet?.page ?? null;
  }

  /** The sheet of a page; the same object as long as it is the same page, read the same way. */
  showPage(page: Page | null, reading: Partial<Dialect> = {}): Sheet | null {
    if (page === null) this.#sheet = null;
    else if (this.#sheet?.page !== page) this.#sheet = new Sheet(page, this.#sheet, reading);
    return this.#sheet;
  }

  /** Fetch the blocks of some columns that are not here yet. */
  fetchColumns(columns: Iterable<number>): void {
    const missing = this.#sheet?.missingBlocks(columns) ?? [];
    if (missing.length > 0) this.#blocks.submit(missing);
  }

  async #fetchBlocks(blocks: number[]): Promise<void> {
    const sheet = this.#sheet;
    if (sheet === null) return;
    try {
      for (const block of blocks) {
        const page = await this.#lookups.fetchBlock(sheet, block);
        if (this.#sheet !== sheet) return;
        if (sheet.fitsBlock(page)) sheet.addBlock(page);
        this.#host.changed();
      }
    } catch (error) {
      if (this.#sheet === sheet) this.#host.reportError(error);
    }
  }
}
