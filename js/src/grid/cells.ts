// The contents of cells and column headers. Texts from the file become text nodes only.

import type { Sort } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { h, setAttr } from "../ui/dom.ts";
import type { CellText, ColumnName } from "../view/sheet.ts";
import { beginning, bytes, edges, isPlain, visible } from "../words/format.ts";
import { addressOf } from "./cell-links.ts";
import { findHighlights, type Highlight, type SearchTerm } from "./highlights.ts";

/** Characters of a cell that are drawn in the grid; the dialog has them all. */
const DRAWN_CHARACTERS = 400;

// --- texts ------------------------------------------------------------------------------------

/**
 * An element that mostly has a text and nothing else; its text node is kept, and what it shows: to ask
 * the element for them costs more than to change the text.
 */
export class Filled {
  readonly element: HTMLElement;
  /** What it shows; null: nothing yet, or a simple text. */
  content: CellContent | null = null;
  /** What it looks like beside its text, as lookOf() has it. */
  look = 0;
  #node: Text | null = null;
  #text = "";
  #link: HTMLElement | null = null;

  constructor(element: HTMLElement) {
    this.element = element;
  }

  /**
   * Show a text if that is all there is to do, as for most cells of a page: it is simple, and the
   * element looks as it should and has a text node alone.
   */
  showSimple(text: string, look: number): boolean {
    if (look !== this.look || this.#node === null || this.#link !== null) return false;
    if (this.content?.look || !isSimple(text)) return false;
    this.content = null;
    if (text !== this.#text) this.#write(this.#node, text);
    return true;
  }

  /** Show a text that is seen as it is. */
  fillPlain(text: string): void {
    if (this.#node !== null && this.#link === null) this.#write(this.#node, text);
    else this.#begin(text, this.element);
  }

  /** Show a web address, a text that is seen as it is, as a link. */
  fillLink(address: string, text: string): void {
    if (this.#node !== null && this.#link !== null) {
      this.#link.setAttribute("href", address);
      this.#write(this.#node, text);
      return;
    }
    this.#link = link(address, "", []);
    this.element.replaceChildren(this.#link);
    this.#begin(text, this.#link);
  }

  /** Show what `fill` puts into the empty element. */
  fill(fill: (element: HTMLElement) => void): void {
    this.#node = null;
    this.#link = null;
    this.element.replaceChildren();
    fill(this.element);
  }

  #begin(text: string, within: HTMLElement): void {
    if (within === this.element) this.#link = null;
    this.#text = text;
    this.#node = document.createTextNode(text);
    within.replaceChildren(this.#node);
  }

  #write(node: Text, text: string): void {
    this.#text = text;
    node.data = text;
  }
}

/** Letters of scripts that are written to the right, no blank at an end, nothing unseen, no link. */
const SIMPLE = /^(?! |\xa0|http)[ -~\xa0-\xac\xae-\u058f]*$(?<! |\xa0)/;

/** Whether a text is drawn whole and as it is, with nothing to it. */
const isSimple = (text: string): boolean => text.length <= DRAWN_CHARACTERS && SIMPLE.test(text);

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

// --- cells ------------------------------------------------------------------------------------

/** What a cell looks like beside its text. */
export interface CellLook {
  /** Its place on the scale of a heatmap; null: none. */
  heat: number | null;
  /** Its number in another format, which stands in the cell beside the text of the file. */
  shown: string | null;
}

/** The content of a cell. */
export interface CellContent {
  text: CellText;
  numeric: boolean;
  /** Whether its column is written from right to left. */
  leftwards: boolean;
  /** Whether its column is as wide as every text in it. */
  fits: boolean;
  /** Bytes in full of a cell that was cut on the page. */
  cut: number | null;
  terms: readonly SearchTerm[];
  /** The query that the terms are of; none without terms. */
  sought: string;
  look: CellLook | null;
}

/** Whether two contents look the same. */
export const sameContent = (one: CellContent, other: CellContent): boolean =>
  one.text === other.text &&
  one.numeric === other.numeric &&
  one.leftwards === other.leftwards &&
  one.fits === other.fits &&
  one.cut === other.cut &&
  one.look?.heat === other.look?.heat &&
  one.look?.shown === other.look?.shown &&
  one.sought === other.sought;

/** Make a cell show its content, whatever it showed before. */
export function fillCell(cell: Filled, content: CellContent): void {
  const before = cell.content;
  if (before && sameContent(before, content)) return;
  cell.content = content;
  const look = lookOf(content);
  const changed = look ^ cell.look;
  cell.look = look;
  if (changed !== 0) dress(cell.element, look, changed);
  const { text } = content;
  if (typeof text === "string") fillPresent(cell, text, content);
  else cell.fill(() => {});
  if (before?.look || content.look) showLook(cell.element, content);
}

/** The text of the file stays in the cell, and is what is copied. */
function showLook(cell: HTMLElement, { look, text }: CellContent): void {
  const shown = look?.shown ?? null;
  setAttr(cell, "data-heat", look?.heat ?? null);
  setAttr(cell, "data-shown", shown);
  if (typeof text === "string") setAttr(cell, "title", shown && fill(texts.inTheFile, { text }));
}

/** Whether a text may have to be read from right to left. */
const FOREIGN = /[\u0590-\uffff]/;

/** What a cell looks like beside its text: two cells with the same number look the same. */
function lookOf({ text, numeric, leftwards, fits, cut }: CellContent): number {
  if (typeof text !== "string") return text === undefined ? MISSING : PENDING_TEXT;
  const foreign = !numeric && FOREIGN.test(text);
  const long = isLong(text, cut);
  return (
    (foreign ? TURNED : 0) +
    (long ? simpleLook(numeric, leftwards, false) + LONG : simpleLook(numeric, leftwards, fits))
  );
}

/** What a cell with a simple text looks like. */
export const simpleLook = (numeric: boolean, leftwards: boolean, fits: boolean): number =>
  (numeric ? NUMBER : leftwards ? LEFTWARDS : 0) + (fits ? FITS : 0);

const [NUMBER, TURNED, LONG, FITS, MISSING, PENDING_TEXT, LEFTWARDS] = [1, 2, 4, 8, 16, 32, 64];

/** Touch what has changed: most cells are new, and most of those have a class at most. */
function dress(cell: HTMLElement, look: number, changed: number): void {
  if (changed & MISSING) {
    const missing = look === MISSING;
    setAttr(cell, "title", missing ? texts.cellMissing : null);
    setAttr(cell, "aria-label", missing ? texts.missingWord : null);
  }
  if (changed & TURNED) setAttr(cell, "dir", look & TURNED ? "auto" : null);
  if (changed & LONG) setAttr(cell, "data-long", (look & LONG) > 0);
  setAttr(cell, "class", classes(look) || null);
}

function classes(look: number): string {
  if (look === MISSING) return "tsv-missing";
  if (look === PENDING_TEXT) return "tsv-pending";
  const side = look & NUMBER ? "tsv-numeric" : look & LEFTWARDS ? "tsv-leftwards" : "";
  return look & FITS ? `${side} tsv-fits`.trim() : side;
}

const isLong = (text: string, cut: number | null): boolean =>
  cut !== null || text.length > DRAWN_CHARACTERS;

function fillPresent(cell: Filled, text: string, { cut, terms }: CellContent): void {
  const drawn = text.length > DRAWN_CHARACTERS ? `${beginning(text, DRAWN_CHARACTERS)}…` : text;
  const highlights = terms.length > 0 ? findHighlights(drawn, terms) : [];
  const address = cut === null && text.startsWith("http") ? addressOf(text) : null;
  if (cut === null && highlights.length === 0 && isPlain(drawn)) {
    if (address === null) cell.fillPlain(drawn);
    else cell.fillLink(address, drawn);
    return;
  }
  cell.fill((element) => {
    if (cut !== null) element.append(h("span", { class: "tsv-size" }, bytes(cut)));
    if (address === null) fillText(element, drawn, highlights);
    else element.append(link(address, drawn, highlights));
  });
}

/** A link of the file: it opens elsewhere, and learns nothing of where it was found. */
function link(address: string, text: string, highlights: readonly Highlight[]): HTMLElement {
  const safe = { target: "_blank", rel: "noopener noreferrer", draggable: "false" };
  const anchor = h("a", { class: "tsv-address", href: address, tabindex: -1, ...safe });
  fillText(anchor, text, highlights);
  return anchor;
}

// --- headers ----------------------------------------------------------------------------------

/** The content of a column header; two with the same `key` look the same. */
export interface HeaderContent {
  key: string;
  column: number;
  name: ColumnName | null;
  /** The parts of its name, where there is no room for all of it; that between does not show. */
  cut: [start: string, between: string, end: string] | null;
  numeric: boolean;
  leftwards: boolean;
  /** How the view is sorted by this column; null if it is not. */
  sort: Sort | null;
  /** Its rank among the columns sorted by, from 1; 0 if it is the only one. */
  rank: number;
}

/** Make a header show its content, whatever it showed before. */
export function fillHeader(cell: HTMLElement, content: HeaderContent): void {
  const { name, numeric, leftwards, column } = content;
  const turned = leftwards && !numeric;
  const kinds = { "tsv-numeric": numeric, "tsv-leftwards": turned, "tsv-pending": name === null };
  for (const [kind, is] of Object.entries(kinds)) cell.classList.toggle(kind, is);
  cell.classList.toggle("tsv-made-up", name !== null && name.by !== "file");
  setAttr(cell, "aria-sort", sortWord(content.sort));
  setAttr(cell, "title", name && headerTitle(name, column));
  setAttr(cell, "aria-label", name && headerLabel(name, column));
  const mark = h("span", { class: "tsv-menu-mark", "aria-hidden": "true" }, "⋮");
  const grip = h("span", { class: "tsv-grip", "aria-hidden": "true" });
  cell.replaceChildren(headerName(name, content.cut), ...arrow(content), mark, grip);
}

function headerName(name: ColumnName | null, parts: string[] | null): HTMLElement {
  const element = h("span", { class: "tsv-column-name", dir: "auto" });
  const text = name?.text ?? "";
  setAttr(element, "data-empty", name && text === "" ? texts.emptyText : null);
  if (parts === null) {
    const long = text.length > DRAWN_CHARACTERS;
    fillText(element, long ? `${beginning(text, DRAWN_CHARACTERS)}…` : text);
  } else {
    element.classList.add("tsv-cut-name");
    element.append(...parts.map((part, i) => h("span", { hidden: i === 1 }, part)));
  }
  return element;
}

const sortWord = (sort: Sort | null): string => {
  if (sort === null) return "none";
  return sort.direction === "desc" ? "descending" : "ascending";
};

function arrow({ sort, rank }: HeaderContent): HTMLElement[] {
  if (sort === null) return [];
  const sign = sort.direction === "desc" ? "↓" : "↑";
  const text = rank > 0 ? `${sign}${rank}` : sign;
  return [h("span", { class: "tsv-sorted", "aria-hidden": "true" }, text)];
}

const headerLabel = ({ text }: ColumnName, column: number): string =>
  text === "" ? fill(texts.columnEmptyName, { n: column + 1 }) : beginning(text, DRAWN_CHARACTERS);

function headerTitle({ text, by }: ColumnName, column: number): string {
  if (by === "place") return fill(texts.columnWithoutName, { n: column + 1 });
  if (by === "format") return fill(texts.columnByFormat, { name: text, n: column + 1 });
  return text === "" ? fill(texts.columnNameEmpty, { n: column + 1 }) : text;
}
