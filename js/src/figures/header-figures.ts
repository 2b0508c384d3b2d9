// The picture in a column's header: its bars, what they stand for, its line of words. Pure.

import type { Filter, Profile } from "../protocol/query.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { type Bar, histogramBars, topValueBars } from "../words/profile.ts";

/** Values of text that have a part of the bar. */
const MOST_VALUES = 5;

/** A part of the picture: as wide as `width` and as high as `height`, both of 1. */
export interface Shape {
  label: string;
  width: number;
  height: number;
  filters: Filter[];
}

export interface HeaderFigure {
  kind: "bins" | "values" | "none";
  shapes: Shape[];
  /** The part of the bar that is of other values. */
  rest: number;
  words: string;
  title: string;
}

/** The figure of a profile, of `sampled` rows or of all (null). */
export function headerFigure(profile: Profile, sampled: number | null): HeaderFigure {
  const words = kindWords(profile, sampled);
  const title = `${words}${sampled === null ? "" : fill(texts.ofSample, { n: sampled })}`;
  const bins = histogramBars(profile);
  if (bins.length > 0) {
    const shapes = bins.map((bar) => shape(bar, 1 / bins.length, bar.share, profile, sampled));
    if (sampled !== null) openEnds(shapes);
    return { kind: "bins", shapes, rest: 0, words, title };
  }
  const values = topValueBars(profile)
    .slice(0, MOST_VALUES)
    .filter(({ count: n }) => n > 1);
  const rows = Math.max(1, profile.fitting);
  const shapes = values.map((bar) => shape(bar, bar.count / rows, 1, profile, sampled));
  const rest = Math.max(0, 1 - shapes.reduce((sum, { width }) => sum + width, 0));
  return { kind: profile.fitting > 0 ? "values" : "none", shapes, rest, words, title };
}

function shape(
  bar: Bar,
  width: number,
  height: number,
  { rows }: Profile,
  sampled: number | null,
): Shape {
  const share = partOf(bar.count, rows);
  const label =
    sampled === null
      ? `${bar.label}: ${fill(texts.rows, { n: bar.count })}`
      : fill(texts.aboutOfRows, { label: bar.label, share });
  return { label, width, height, filters: bar.filters };
}

/** Beyond the least and the greatest of a sample there may be more. */
function openEnds(shapes: Shape[]): void {
  const [first, last] = [shapes[0], shapes.at(-1)];
  if (shapes.length < 2 || !first || !last) return;
  first.filters = first.filters.filter(({ op }) => op !== ">=");
  last.filters = last.filters.filter(({ op }) => op === ">=");
}

/** The filters of neighbouring bins, from the one to the other. */
export function rangeFilters(shapes: Shape[], from: number, to: number): Filter[] {
  const [low, high] = [shapes[Math.min(from, to)], shapes[Math.max(from, to)]];
  const above = low?.filters.filter(({ op }) => op === ">=") ?? [];
  const below = high?.filters.filter(({ op }) => op !== ">=") ?? [];
  return [...above, ...below];
}

/** "number", "text · 3 % missing · 22 values": what matters least is last, which a narrow column lacks. */
function kindWords(profile: Profile, sampled: number | null): string {
  const { kind, rows, missing, empty, na, distinct, fitting, exact } = profile;
  if (rows === 0) return texts.noRows;
  const absent = missing + empty + na;
  const lacking =
    absent === 0
      ? []
      : [
          // The filter "is missing" finds no cell that is there and empty.
          fill(absent === empty ? texts.partEmpty : texts.partMissing, {
            about: sampled === null ? "" : "≈",
            part: partOf(absent, rows),
          }),
        ];
  if (kind === "empty") return texts.emptyWord;
  // Of a sample it is not known how many there are.
  const unique = distinct === fitting && fitting > 1;
  const about = exact ? "" : texts.about;
  const values =
    kind !== "text" || sampled !== null
      ? []
      : [unique ? texts.allDifferent : `${about}${fill(texts.distinctValues, { n: distinct })}`];
  return [kindNames()[kind], ...lacking, ...values].join(" · ");
}

const kindNames = () => ({ number: texts.numberWord, date: texts.dateWord, text: texts.textWord });

/** A part in per cent: "12 %", "0.4 %", "under 0.1 %". */
function partOf(n: number, rows: number): string {
  const percent = (100 * n) / Math.max(1, rows);
  if (n > 0 && percent < 0.1) return texts.underPart;
  if (n < rows && percent > 99.9) return texts.overPart;
  return `${count(percent < 10 ? Number(percent.toPrecision(2)) : Math.round(percent))} %`;
}
