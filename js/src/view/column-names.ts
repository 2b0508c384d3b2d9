// The names of columns, as far as they came with pages or were found: a wide table never has all of
// them here.

import { PAGE_COLUMNS } from "../protocol/limits.ts";
import { rulesOf } from "../protocol/read-options.ts";
import type { TableState } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import type { Sheet } from "./sheet.ts";

export class ColumnNames {
  readonly #names = new Map<number, string>();
  #of = "";
  #sheet: Sheet | null = null;
  #version = 0;

  /** Add the names that a sheet has; those of another table or dialect are forgotten. */
  addSheet(sheet: Sheet | null, table: TableState | null): void {
    const of = JSON.stringify([table?.id, rulesOf(table?.reading)]);
    if (of !== this.#of) this.#names.clear();
    this.#of = of;
    if (sheet === null || sheet.page.table !== table?.id) return;
    if (sheet === this.#sheet && sheet.version === this.#version) return;
    this.#sheet = sheet;
    this.#version = sheet.version;
    for (const { start, names } of sheet.windows) {
      names?.slice(0, PAGE_COLUMNS).forEach((name, i) => void this.#names.set(start + i, name));
    }
  }

  /** Add columns that were found by name. */
  addFound(found: [column: number, name: string][]): void {
    for (const [column, name] of found) this.#names.set(column, name);
  }

  /** A column's name, if it came; empty if it has none. */
  readonly known = (column: number): string | undefined => this.#names.get(column);

  /** What to call a column: its name, or its number if it has none, or none that came. */
  readonly of = (column: number): string =>
    this.#names.get(column) || fill(texts.columnNumber, { n: column + 1 });
}
