// The profile of a column, in words and bars. Pure.

import type { Filter, Profile } from "../protocol/query.ts";
import { count, fill, texts } from "../texts/texts.ts";
import { beginning, inDigits } from "./format.ts";

/** A bar of a column's picture, and the filters for the rows that it stands for. */
export interface Bar {
  label: string;
  /** The ends of a bin. */
  from?: string;
  to?: string;
  count: number;
  /** Beside the longest bar: from 0 to 1. */
  share: number;
  filters: Filter[];
}

/** A figure about a column, and the filters for the rows that it counts, if it counts any. */
export interface Figure {
  name: string;
  value: string;
  filters: Filter[] | null;
}

const SHOWN_CHARACTERS = 60;
/** What such cells are if they are sorted or filtered by number. */
const spellings = () => ({
  thousands: fill(texts.spellingIs, { text: "1,234.5" }),
  decimal_comma: fill(texts.spellingIs, { text: "1.234,5" }),
});
/** Words for nothing that name what they are counted in. */
const MOST_WORDS = 4;

/** A number in six digits, or in all that it has before its point. */
export const short = (value: number): string => String(inDigits(value, 6));

/** Seconds since 1970 as an ISO date; with the time of day unless it is midnight, or to the day. */
export function isoDate(seconds: number, exact = false): string {
  const micros = Math.round(seconds * 1e6);
  const millis = Math.floor(micros / 1000);
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) return short(seconds);
  const text = date.toISOString();
  const rest = micros - millis * 1000;
  if (seconds % 86_400 === 0) return text.slice(0, text.indexOf("T"));
  if (!exact) return text.slice(0, text.indexOf("T") + 6).replace("T", " ");
  return rest > 0 ? text.replace("Z", `${String(rest).padStart(3, "0")}Z`) : text;
}

/** The histogram of a column, bin by bin. */
export function histogramBars({ histogram, column, kind }: Profile): Bar[] {
  if (histogram === null) return [];
  const { edges, counts } = histogram;
  const most = Math.max(1, ...counts);
  const isDate = kind === "date";
  const words = (edge: number) => (isDate ? isoDate(edge) : short(edge));
  const bound = (edge: number): Pick<Filter, "value" | "by"> =>
    isDate ? { value: isoDate(edge, true), by: "date" } : { value: edge };
  return counts.map((n, i) => {
    const [low = 0, high = 0] = edges.slice(i, i + 2);
    const last = i === counts.length - 1;
    const [from, to] = [words(low), words(high)];
    return {
      ...{ from, to, label: low === high ? from : fill(texts.fromTo, { from, to }) },
      count: n,
      share: n / most,
      filters: [
        { column, op: ">=", ...bound(low) },
        { column, op: last ? "<=" : "<", ...bound(high) },
      ],
    };
  });
}

/** The most frequent cells of a column. */
export function topValueBars({ top, column }: Profile): Bar[] {
  const most = Math.max(1, ...top.map(([, n]) => n));
  return top.map(([text, n]) => ({
    label:
      text === ""
        ? texts.emptyText
        : text.length > SHOWN_CHARACTERS
          ? `${beginning(text, SHOWN_CHARACTERS)}…`
          : text,
    count: n,
    share: n / most,
    filters: [{ column, op: "==", value: text }],
  }));
}

/** A part of the rows: "12 (0.4 %)". */
export function partWords(n: number, rows: number): string {
  const percent = (100 * n) / Math.max(1, rows);
  const rounded = percent < 0.1 ? texts.underTenth : short(Number(percent.toPrecision(2)));
  return n === rows || n === 0 ? count(n) : `${count(n)} (${rounded} %)`;
}

/** Figures about a column; what there is none of is left out. */
export function figures(profile: Profile): Figure[] {
  const { column, rows, missing, empty, na, distinct, exact, kind } = profile;
  const found: Figure[] = [];
  const middle = (value: number) => (kind === "date" ? isoDate(value) : short(value));
  if (profile.minimum !== null) found.push(plain(texts.minimum, cellWords(profile.minimum)));
  if (profile.maximum !== null) found.push(plain(texts.maximum, cellWords(profile.maximum)));
  if (profile.mean !== null) found.push(plain(texts.mean, middle(profile.mean)));
  if (profile.median !== null) found.push(plain(texts.median, middle(profile.median)));
  found.push(plain(texts.distinct, exact ? count(distinct) : `${texts.about}${count(distinct)}`));
  const { spelling } = profile;
  if (spelling) found.push(plain(texts.byNumber, spellings()[spelling]));
  if (empty > 0) found.push(part(texts.emptyTitle, empty, [{ column, op: "==", value: "" }]));
  if (missing > 0) found.push(part(texts.missingTitle, missing, [{ column, op: "missing" }]));
  if (na > 0) {
    const words = (profile.na_words ?? []).map(([word]) => word);
    const names = words.slice(0, MOST_WORDS).join(", ") + (words.length > MOST_WORDS ? "…" : "");
    found.push(
      part(names || "NA", na, words.length > 0 ? [{ column, op: "in", value: words }] : null),
    );
  }
  return found;

  function part(name: string, n: number, filters: Filter[] | null): Figure {
    return { name, value: partWords(n, rows), filters };
  }
}

const plain = (name: string, value: string): Figure => ({ name, value, filters: null });
/** A cell, not too long. */
export const cellWords = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${beginning(text, SHOWN_CHARACTERS)}…` : text;
