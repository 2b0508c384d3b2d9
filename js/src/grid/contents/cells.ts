// The contents of cells.

import { fill, texts } from "../../texts/texts.ts";
import { h, setAttr } from "../../ui/dom.ts";
import type { CellText } from "../../view/sheet.ts";
import { bytes, isPlain } from "../../words/format.ts";
import { addressOf } from "./cell-links.ts";
import { DRAWN_CHARACTERS, drawnPart, fillText } from "./cell-text.ts";
import { findHighlights, type Highlight, type SearchTerm } from "./highlights.ts";

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
const sameContent = (one: CellContent, other: CellContent): boolean =>
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
  const drawn = drawnPart(text);
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
