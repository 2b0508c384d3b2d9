// Lookups: reading more of the table than its page, without changing anything for anybody.

import type { CellAnswer, ColumnsAnswer, ProfileAnswer } from "../protocol/messages.ts";
import type { Query } from "../protocol/query.ts";
import type { Page } from "../protocol/state.ts";
import type { ColumnNames } from "./column-names.ts";
import type { Host } from "./host.ts";
import { blockColumns, type Sheet } from "./sheet.ts";

/** Seconds that the profile of a column may take. */
const PROFILE_SECONDS = 180;

export class Lookups {
  readonly #host: Host;
  readonly #names: ColumnNames;

  /** Names of columns that are found are added to `names`. */
  constructor(host: Host, names: ColumnNames) {
    this.#host = host;
    this.#names = names;
  }

  /** The profile of a column, over the rows of a query. */
  fetchProfile(column: number, query: Query, signal?: AbortSignal): Promise<ProfileAnswer> {
    const request = { type: "profile", table: this.#table, column, query } as const;
    return this.#host.requests.profile(request, { seconds: PROFILE_SECONDS, signal });
  }

  /** The columns whose name contains a text. */
  async findColumns(text: string): Promise<ColumnsAnswer> {
    const request = { type: "columns", table: this.#table, text } as const;
    const answer = await this.#host.requests.columns(request);
    this.#names.addFound(answer.found);
    return answer;
  }

  /** The whole text of a cell of a sheet, `row` counted on the page. */
  fetchCell(sheet: Sheet, row: number, column: number): Promise<CellAnswer> {
    const { table } = sheet.page;
    return this.#host.requests.cell({ type: "cell", table, row: sheet.rowId(row), column });
  }

  /** A block of columns of the page that a sheet is of. */
  fetchBlock(sheet: Sheet, block: number): Promise<Page> {
    const { table, page, page_size } = sheet.page;
    const { query } = this.#host;
    const columns = blockColumns(block);
    return this.#host.requests.look({ type: "look", table, page, page_size, columns, query });
  }

  get #table(): string {
    return this.#host.document?.table?.id ?? "";
  }
}
