// Glow: a soft light on what somebody else has just changed, in their colour.
import { hueOf } from "../view/people.ts";

const GLOW_MS = 1800;

/** Let elements glow for a moment; where motion is unwelcome they are outlined for that time. */
export function glow(elements: Iterable<Element>, cid: string): void {
  const colour = `hsl(${hueOf(cid)} 75% 50%)`;
  const lit = {
    boxShadow: `inset 0 0 0 2px ${colour}`,
    backgroundColor: `${colour.slice(0, -1)} / 0.25)`,
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const element of elements) element.animate(still ? [lit, lit] : [lit, {}], GLOW_MS);
}

/** The elements that show each kind of change. */
const PLACES: Record<string, string> = {
  page: ".tsv-page input",
  page_size: ".tsv-page-size select",
  query: ".tsv-chip, .tsv-match, th[aria-sort='ascending'], th[aria-sort='descending']",
  bring: ".tsv-page input, .tsv-chip",
  table: ".tsv-name",
  undo: ".tsv-name",
};

/** The parts of the screen that an event of the document changes. */
export function changedBy(event: string, root: HTMLElement): Iterable<Element> {
  const places = PLACES[event];
  return places === undefined ? [] : root.querySelectorAll(places);
}
