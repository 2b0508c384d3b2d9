// Where what was looked for stands in a text. Pure.
import type { Query } from "../protocol/query.ts";

/** Characters [start, stop) of a text. */
export type Hit = [start: number, stop: number];

/** What is looked for in a column. */
export interface Needle {
  text: string;
  caseless: boolean;
  at: "anywhere" | "start" | "end" | "whole";
}

const PLACES: Record<string, Needle["at"]> = {
  contains: "anywhere",
  startswith: "start",
  endswith: "end",
  "==": "whole",
};

/** What a view looks for in a column: its search, and the texts in the filters of this column. */
export function needlesOf(query: Query, column: number): Needle[] {
  const needles: Needle[] = [];
  if (query.search) needles.push({ text: query.search, caseless: true, at: "anywhere" });
  for (const { column: of, op, value, caseless = false } of query.filters ?? []) {
    const at = PLACES[op];
    if (of === column && at && typeof value === "string" && value !== "") {
      needles.push({ text: value, caseless, at });
    }
  }
  return needles;
}

/** A character as it is compared: "ß" as "ss", "Σ" and "ς" as "σ". As str.casefold in Python. */
function fold(char: string): string {
  if (char === "ı") return char; // of its capital, I, it is not the small one
  return char.toLowerCase().toUpperCase().toLowerCase();
}

/** A text folded, and for each unit of it where its character begins in the text. */
function folded(text: string): { units: string; from: number[] } {
  let units = "";
  const from: number[] = [];
  let place = 0;
  for (const char of text) {
    const unit = fold(char);
    units += unit;
    for (let i = 0; i < unit.length; i++) from.push(place);
    place += char.length;
  }
  from.push(place);
  return { units, from };
}

/** Where the needles stand in a text: in order, none touching another, of whole characters. */
export function findHits(text: string, needles: readonly Needle[]): Hit[] {
  const hits = needles.flatMap((needle) =>
    needle.caseless ? caselessHits(text, needle) : plainHits(text, needle),
  );
  return needles.length > 1 ? joined(hits) : hits;
}

function plainHits(text: string, needle: Needle): Hit[] {
  return places(text, needle.text, needle.at).map((at) => [at, at + needle.text.length]);
}

function caselessHits(text: string, needle: Needle): Hit[] {
  const { units, from } = folded(text);
  const wanted = [...needle.text].map(fold).join("");
  const hits = places(units, wanted, needle.at).map((at): Hit => {
    // A hit that ends within a character, as "s" does in "ß", has all of it.
    let stop = at + wanted.length;
    while (stop < from.length - 1 && from[stop] === from[stop - 1]) stop++;
    return [from[at] ?? 0, from[stop] ?? text.length];
  });
  return joined(hits);
}

function places(text: string, wanted: string, at: Needle["at"]): number[] {
  if (at === "whole") return text === wanted ? [0] : [];
  if (at === "start") return text.startsWith(wanted) ? [0] : [];
  if (at === "end") return text.endsWith(wanted) ? [text.length - wanted.length] : [];
  const found: number[] = [];
  for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) {
    found.push(i);
  }
  return found;
}

function joined(hits: Hit[]): Hit[] {
  const kept: Hit[] = [];
  for (const [start, stop] of hits.sort((a, b) => a[0] - b[0])) {
    const last = kept[kept.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], stop);
    else kept.push([start, stop]);
  }
  return kept;
}
