// Highlights: where the terms of a search or filter stand in a text. Pure.
import type { Query } from "../../protocol/query.ts";

/** A highlight: characters [start, stop) of a text. */
export type Highlight = [start: number, stop: number];

/** A search term: a text that is looked for in a column. */
export interface SearchTerm {
  text: string;
  caseless: boolean;
  at: "anywhere" | "start" | "end" | "whole";
}

const PLACES: Record<string, SearchTerm["at"]> = {
  contains: "anywhere",
  startswith: "start",
  endswith: "end",
  "==": "whole",
};

/** The search terms of a query in a column: its search, and the texts in filters of this column. */
export function searchTermsOf(query: Query, column: number): SearchTerm[] {
  const terms: SearchTerm[] = [];
  if (query.search) terms.push({ text: query.search, caseless: true, at: "anywhere" });
  for (const { column: of, op, value, caseless = false } of query.filters ?? []) {
    const at = PLACES[op];
    if (of === column && at && typeof value === "string" && value !== "") {
      terms.push({ text: value, caseless, at });
    }
  }
  return terms;
}

/** Case-fold a character: "ß" to "ss", "Σ" and "ς" to "σ". As str.casefold in Python. */
function fold(char: string): string {
  if (char === "ı") return char; // of its capital, I, it is not the small one
  return char.toLowerCase().toUpperCase().toLowerCase();
}

/** A case-folded text, and for each unit of it where its character begins in the text. */
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

/** The highlights of some terms in a text: in order, none touching another, of whole characters. */
export function findHighlights(text: string, terms: readonly SearchTerm[]): Highlight[] {
  const highlights = terms.flatMap((term) =>
    term.caseless ? caselessHighlights(text, term) : plainHighlights(text, term),
  );
  return terms.length > 1 ? joined(highlights) : highlights;
}

function plainHighlights(text: string, term: SearchTerm): Highlight[] {
  return places(text, term.text, term.at).map((at) => [at, at + term.text.length]);
}

function caselessHighlights(text: string, term: SearchTerm): Highlight[] {
  const { units, from } = folded(text);
  const wanted = [...term.text].map(fold).join("");
  const highlights = places(units, wanted, term.at).map((at): Highlight => {
    // A hit that ends within a character, as "s" does in "ß", has all of it.
    let stop = at + wanted.length;
    while (stop < from.length - 1 && from[stop] === from[stop - 1]) stop++;
    return [from[at] ?? 0, from[stop] ?? text.length];
  });
  return joined(highlights);
}

function places(text: string, wanted: string, at: SearchTerm["at"]): number[] {
  if (at === "whole") return text === wanted ? [0] : [];
  if (at === "start") return text.startsWith(wanted) ? [0] : [];
  if (at === "end") return text.endsWith(wanted) ? [text.length - wanted.length] : [];
  const found: number[] = [];
  for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) {
    found.push(i);
  }
  return found;
}

function joined(highlights: Highlight[]): Highlight[] {
  const kept: Highlight[] = [];
  for (const [start, stop] of highlights.sort((a, b) => a[0] - b[0])) {
    const last = kept[kept.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], stop);
    else kept.push([start, stop]);
  }
  return kept;
}
