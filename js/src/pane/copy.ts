// Copying a range of a page: its cells verbatim, as tab-separated text and as an HTML table. Blocks
// of it that are missing are fetched, and cells that were cut on the page come whole.

import type { Range } from "../grid/events.ts";
import type { CellAnswer } from "../protocol/relay-messages.ts";
import type { Page } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";
import { type Copied, copyContent } from "../ui/clipboard.ts";
import { PENDING, type Sheet } from "../view/sheet.ts";
import { asHtml, asText, type Cells } from "./clipboard-text.ts";

/** Most cells that are copied at once; more of them are for a download. */
const MOST_CELLS = 2_000_000;
/** Most bytes of cut cells that are fetched to be copied. */
const MOST_BYTES = 20_000_000;

const TEXT: (keyof Copied)[] = ["text/plain"];
const BOTH: (keyof Copied)[] = ["text/plain", "text/html"];

/** The part of lookups that copying uses. */
export interface Source {
  fetchBlock(sheet: Sheet, block: number): Promise<Page>;
  fetchCell(sheet: Sheet, row: number, column: number): Promise<CellAnswer>;
}

/** Copy a range, perhaps with the names of its columns; returns what to announce. */
export async function copyRange(
  range: Range,
  names: boolean,
  source: Source,
  beside: HTMLElement,
): Promise<string> {
  const cells = (range.bottom - range.top) * range.columns.length;
  if (cells > MOST_CELLS) {
    return fill(texts.tooManyToCopy, { cells: fill(texts.cells, { n: cells }) });
  }
  const collecting = collect(range, source);
  const content = collecting.then((collected) => contentOf(collected, names));
  // One cell alone is a text, which no program should take for a table.
  const types = cells === 1 && !names ? TEXT : BOTH;
  try {
    if (!(await copyContent(types, content, beside))) return texts.copyNotAllowed;
    return words(range, names, (await collecting).parts);
  } catch (error) {
    return fill(texts.nothingCopied, { reason: (error as Error).message });
  }
}

function words(range: Range, names: boolean, parts: number): string {
  const columns = range.columns.length;
  const rows = range.bottom - range.top;
  if (rows === 0) return fill(texts.columnNamesCopied, { n: columns });
  const cells = fill(texts.cells, { n: rows * columns });
  const short = parts > 0 ? fill(texts.inPart, { n: parts }) : "";
  return fill(texts.cellsCopied, { cells, names: names ? texts.withNames : "", short });
}

function contentOf({ names, cells }: Collected, named: boolean): Copied {
  const header = named || cells.length === 0;
  const rows = header ? [names, ...cells] : cells;
  return { "text/plain": asText(rows), "text/html": asHtml(rows, header) };
}

interface Collected {
  names: string[];
  cells: Cells;
  /** How many cells are there in part only. */
  parts: number;
}

/** The cells of a range, and the names of its columns. */
export async function collect(range: Range, source: Source): Promise<Collected> {
  const { top, bottom, columns } = range;
  const sheet = await filled(range, source);
  const cells = Array.from({ length: bottom - top }, (_, row) =>
    columns.map((column) => {
      const text = sheet.cell(top + row, column);
      return text === PENDING ? undefined : text;
    }),
  );
  const names = columns.map((column) => sheet.name(column)?.text ?? "");
  return { names, cells, parts: await makeWhole(cells, { ...range, sheet }, source) };
}

/** The sheet of a range with all columns that the range needs. */
async function filled({ sheet, columns }: Range, source: Source): Promise<Sheet> {
  const all = sheet.withoutLimit();
  for (const block of all.missingBlocks(columns)) {
    const page = await source.fetchBlock(sheet, block);
    if (!all.fitsBlock(page)) throw new Error(texts.rowsChanged);
    all.addBlock(page);
  }
  return all;
}

/** Put cells that were cut on the page in full; how many of them are too long for that. */
async function makeWhole(cells: Cells, range: Range, source: Source): Promise<number> {
  const { sheet, top, columns } = range;
  let [bytes, parts] = [0, 0];
  for (const [i, row] of cells.entries()) {
    for (const [j, column] of columns.entries()) {
      const cut = sheet.cutBytes(top + i, column);
      if (cut === null) continue;
      bytes += cut;
      const whole = bytes <= MOST_BYTES ? await source.fetchCell(sheet, top + i, column) : null;
      if (whole) row[j] = whole.text;
      if (whole === null || whole.cut) parts++;
    }
  }
  return parts;
}
