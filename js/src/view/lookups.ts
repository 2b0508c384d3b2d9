// Lookups: reading more of the table than its page, without changing anything for anybody.

import { MAX_NAMED } from "../protocol/limits.ts";
import type { Query } from "../protocol/query.ts";
import type {
  CellAnswer,
  ColumnsAnswer,
  DescriptionAnswer,
  HitAnswer,
  ProfileAnswer,
} from "../protocol/relay-messages.ts";
import type { Page } from "../protocol/state.ts";
import type { ColumnNames } from "./column-names.ts";
import type { Host } from "./host.ts";
import { blockColumns, type Sheet } from "./sheet.ts";

/** Characters of names in one message, which has a limit of bytes. */
const NAMES_CHARACTERS = 12_000;

function* namesInParts(names: string[]): Iterable<string[]> {
  let part: string[] = [];
  let size = 0;
  for (const name of new Set(names)) {
    if (part.length === MAX_NAMED || (size > 0 && size + name.length > NAMES_CHARACTERS)) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(name);
    size += name.length;
  }
  if (part.length > 0) yield part;
}

/** Columns that one page can have. */
const LOOK_COLUMNS = 1000;

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

  /** What some columns are like, half-open, over the rows of a query or a sample of them. */
  describe(
    columns: [number, number],
    query: Query,
    sample: boolean,
    signal?: AbortSignal,
  ): Promise<DescriptionAnswer> {
    const of = { type: "describe", table: this.#table, columns, query } as const;
    const request = sample ? { ...of, sample } : of;
    return this.#host.requests.describe(request, { seconds: PROFILE_SECONDS, signal });
  }

  /** The columns whose name contains a text. */
  async findColumns(text: string): Promise<ColumnsAnswer> {
    const request = { type: "columns", table: this.#table, text } as const;
    const answer = await this.#host.requests.columns(request);
    this.#names.addFound(answer.found);
    return answer;
  }

  /** The columns with these names, in their order; names that no column has are left out. */
  async findNamed(names: string[]): Promise<ColumnsAnswer["found"]> {
    const found: ColumnsAnswer["found"] = [];
    for (const part of namesInParts(names)) {
      const request = { type: "columns", table: this.#table, text: "", names: part } as const;
      const answer = await this.#host.requests.columns(request);
      // A relay of before names looks for the text, which is in all names.
      const wanted = new Set(part);
      found.push(...answer.found.filter(([, name]) => wanted.has(name)));
    }
    this.#names.addFound(found);
    return found;
  }

  /** Another page of the rows that a sheet is of, for this screen alone. */
  fetchPage({ page: { table, page_size } }: Sheet, page: number): Promise<Page> {
    const { query } = this.#host;
    return this.#host.requests.look({ type: "look", table, page, page_size, query });
  }

  /** The cells of the table's first row, all of them. */
  async fetchFirstRow(): Promise<string[]> {
    const table = this.#table;
    const total = this.#host.document?.table?.columns ?? 0;
    const cells: string[] = [];
    for (let start = 0; start < total; start += LOOK_COLUMNS) {
      const columns: [number, number] = [start, Math.min(start + LOOK_COLUMNS, total)];
      const asked = { type: "look", table, page: 1, page_size: 1, columns } as const;
      const page = await this.#host.requests.look(asked);
      cells.push(...(page.rows[0] ?? []));
    }
    return cells;
  }

  /** Where a text stands in the rows of a query: from a place on, or `back` from there. */
  findText(
    text: string,
    { place, back, query }: { place: number; back: boolean; query: Query },
    signal: AbortSignal,
  ): Promise<HitAnswer> {
    const request = { type: "find", table: this.#table, text, place, back, query } as const;
    return this.#host.requests.find(request, { seconds: PROFILE_SECONDS, signal });
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
