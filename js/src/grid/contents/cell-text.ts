// Texts of the file, as the grid and its dialogs show them. They become text nodes only.

import { h } from "../../ui/dom.ts";
import { beginning, edges, visible } from "../../words/format.ts";
import type { Highlight } from "./highlights.ts";

/** Characters of a text that are drawn in the grid; the dialog has them all. */
export const DRAWN_CHARACTERS = 400;

/** A text as far as it is drawn in the grid. */
export const drawnPart = (text: string): string =>
  text.length > DRAWN_CHARACTERS ? `${beginning(text, DRAWN_CHARACTERS)}…` : text;

/**
 * Put a text into an element as it is, with symbols for the characters that would not be seen, a
 * dot in each of the blanks at its ends, and marks around the highlights.
 */
export function fillText(
  element: HTMLElement,
  text: string,
  highlights: readonly Highlight[] = [],
): void {
  const [before, middle] = edges(text);
  const ends: Ends = [before.length, before.length + middle.length];
  let place = 0;
  for (const [start, stop] of highlights) {
    fillPart(element, text, place, start, ends);
    const mark = document.createElement("mark");
    fillPart(mark, text, start, stop, ends);
    element.append(mark);
    place = stop;
  }
  fillPart(element, text, place, text.length, ends);
}

/** Where the blanks before a text end, and where those behind it begin. */
type Ends = [start: number, stop: number];

function fillPart(element: HTMLElement, text: string, from: number, to: number, ends: Ends): void {
  const start = Math.min(Math.max(from, ends[0]), to);
  const stop = Math.max(Math.min(to, ends[1]), start);
  fillBlanks(element, text.slice(from, start));
  if (start < stop) fillVisible(element, text.slice(start, stop));
  fillBlanks(element, text.slice(stop, to));
}

function fillVisible(element: HTMLElement, text: string): void {
  for (const part of visible(text)) {
    if (part.stands === null) element.append(part.text);
    else element.append(symbol(part.text, part.stands));
  }
}

/** Blanks marked one by one; of a longer run the rest together. */
const MARKED_BLANKS = 20;

function fillBlanks(element: HTMLElement, blanks: string): void {
  if (blanks === "") return;
  const marked = [...blanks.slice(0, MARKED_BLANKS), blanks.slice(MARKED_BLANKS)];
  for (const blank of marked.filter(Boolean)) {
    const mark = document.createElement("span");
    mark.className = "tsv-blank";
    mark.textContent = blank;
    element.append(mark);
  }
}

const symbol = (text: string, stands: string): HTMLElement =>
  h("span", { class: `tsv-unseen${text.length > 1 ? " tsv-coded" : ""}`, title: stands }, text);
