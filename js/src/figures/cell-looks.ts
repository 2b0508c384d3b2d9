// What cells look like beside their texts: their colour in a heatmap, which everyone shares, and
// their number in another format, which is this browser's. Knows no DOM.

import type { CellLook } from "../grid/contents/cells.ts";
import type { Heatmap, Profile } from "../protocol/query.ts";
import { type Facts, GROUP_COLUMNS } from "./column-facts.ts";
import { type Ends, stepOf } from "./heat-scale.ts";
import { formatNumber, type NumberFormat } from "./number-format.ts";

/** Groups of columns that the scale of a whole table goes by, if it is wider. */
const SCALE_GROUPS = 8;

/** The columns that a scale of all columns together goes by: the same ones on every screen. */
export function scaleColumns({ columns }: Heatmap, total: number): number[] {
  const groups = Math.ceil(total / GROUP_COLUMNS);
  const named = columns?.filter((column) => column < total);
  if (named) return spread(named, SCALE_GROUPS * GROUP_COLUMNS);
  const some = spread(
    Array.from({ length: groups }, (_, i) => i),
    SCALE_GROUPS,
  );
  return some.map((group) => group * GROUP_COLUMNS).flatMap((start) => groupFrom(start, total));
}

const groupFrom = (start: number, total: number): number[] =>
  Array.from({ length: Math.min(GROUP_COLUMNS, total - start) }, (_, i) => start + i);

const spread = (all: number[], most: number): number[] =>
  all.length <= most
    ? all
    : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)] as number);

/** The ends of the scale of some columns; null: none of them is of numbers. */
export function endsOf(profiles: Iterable<Profile | undefined>): Ends | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const profile of profiles) {
    if (profile?.kind !== "number") continue;
    low = Math.min(low, finite(profile.minimum, low));
    high = Math.max(high, finite(profile.maximum, high));
  }
  return low <= high ? [low, high] : null;
}

/** The number of a cell; another one where that has no end. */
function finite(cell: string | null, instead: number): number {
  const value = Number(cell ?? Number.NaN);
  return Number.isFinite(value) ? value : instead;
}

export interface LookSource {
  readonly heatmap: Heatmap | null;
  readonly columns: number;
  facts(column: number): Facts | null;
  format(column: number): NumberFormat | null;
}

/** What the cells of a column look like; null: as ever. */
export function looksOf(
  source: LookSource,
  column: number,
): ((text: string) => CellLook | null) | null {
  const ends = columnEnds(source, column);
  const format = source.format(column);
  if (ends === null && format === null) return null;
  return (text) => {
    const heat = ends && stepOf(text, ends);
    const shown = format && formatNumber(text, format);
    return heat === null && shown === null ? null : { heat, shown };
  };
}

/** The ends of the scale by which a column is coloured; null: it has no colours. */
export function columnEnds(source: LookSource, column: number): Ends | null {
  const { heatmap } = source;
  if (heatmap === null || (heatmap.columns && !heatmap.columns.includes(column))) return null;
  const own = source.facts(column)?.profile;
  if (own?.kind !== "number") return null;
  const together = heatmap.scale === "table" ? scaleColumns(heatmap, source.columns) : [column];
  const found = endsOf(together.map((each) => source.facts(each)?.profile));
  if (found === null) return null;
  return [heatmap.low ?? found[0], heatmap.high ?? found[1]];
}
