// Measuring texts: how wide the names and cells of a page are on this screen.

import { PAGE_COLUMNS } from "../protocol/limits.ts";
import type { Sort } from "../protocol/query.ts";
import type { Page } from "../protocol/state.ts";
import { texts } from "../texts/texts.ts";
import { h } from "../ui/dom.ts";
import type { Sheet } from "../view/sheet.ts";
import { visible } from "../words/format.ts";
import { WIDEST_PX } from "./widths.ts";

/** Space around a cell's text, borders included; as in grid.css. */
const AROUND_PX = 22;
/** Space beside a name for the mark of its menu; as in grid.css. */
const BESIDE_NAME_PX = 13;
/** Space beside the name of a column that the view is sorted by. */
const ARROW_PX = 24;
/** Space around a symbol that stands for a character. */
const AROUND_SYMBOL_PX = 3;
/** Characters beyond which a text counts as wider than any column. */
const ENOUGH_CHARACTERS = 260;
/** A text that is drawn to see whether it is as wide as measured, and how much it may be off. */
const SAMPLE = "Measured 0123456789 in LETTERS, signs (+/-) and words";
const OFF_BY = 0.02;
const SIMPLE = /^[ -~]*$/;

/** Measures a whole text, exactly but slowly. */
type Measure = (text: string) => number;

/** Rulers for the texts in an element: kept, with what they have measured, while its font is. */
export class Rulers {
  readonly #beside: HTMLElement;
  readonly #context = document.createElement("canvas").getContext("2d");
  #font = "";
  names: Ruler | null = null;
  cells: Ruler | null = null;
  /** Whether the page shows texts as wide as they are measured: a user may want larger letters. */
  trusted = false;

  constructor(beside: HTMLElement) {
    this.#beside = beside;
  }

  /** Look which font the element has now. */
  update(): void {
    const { fontSize, fontFamily } = getComputedStyle(this.#beside);
    const font = `${fontSize} ${fontFamily}`;
    if (font === this.#font) return;
    this.#font = font;
    this.names = this.#ruler(`600 ${font}`);
    this.cells = this.#ruler(`400 ${font}`);
    this.#check();
  }

  #check(): void {
    const sample = h("span", { class: "tsv-sample", "aria-hidden": "true" }, SAMPLE);
    this.#beside.append(sample);
    const { width } = sample.getBoundingClientRect();
    sample.remove();
    const measured = this.cells?.widest([SAMPLE]) ?? 0;
    this.trusted = Math.abs(width - measured) < OFF_BY * width;
    // What is not on the screen is looked at again once it is.
    if (width === 0) this.#font = "";
  }

  #ruler(font: string): Ruler | null {
    const context = this.#context;
    if (context === null) return null;
    return new Ruler((text) => {
      context.font = font;
      return context.measureText(text).width;
    });
  }
}

/** What the name of a column takes, and what its cells do, in pixels with the space around them. */
export interface NaturalWidth {
  name: number;
  /** Of that, the name itself. */
  text: number;
  cells: number;
}

/** The natural widths of the columns of a window: what their names and cells on this page take. */
export function naturalWidths(
  sheet: Sheet,
  { start, total }: Page["columns"],
  sorts: readonly Sort[],
  { names, cells }: Rulers,
): NaturalWidth[] {
  if (names === null || cells === null) return [];
  const count = Math.max(0, Math.min(PAGE_COLUMNS, total - start));
  return Array.from({ length: count }, (_, i) => {
    const column = start + i;
    const name = names.widest([sheet.name(column)?.text || texts.emptyText]);
    const widest = cells.widest(textsOf(sheet, column));
    const arrow = sorts.some((sort) => sort.column === column) ? ARROW_PX : 0;
    const around = (width: number) => Math.ceil(width + AROUND_PX);
    return { name: around(name + BESIDE_NAME_PX + arrow), text: name, cells: around(widest) };
  });
}

function textsOf(sheet: Sheet, column: number): string[] {
  const { rows, place } = sheet.rowsOf(column) ?? { rows: [], place: 0 };
  return rows.flatMap((row) => row[place] ?? []);
}

/**
 * Finds the widest of many texts. Not the one with most characters: "YAR019W" is wider than
 * "ylil0fil". Characters are measured once each; their sum is the width of a plain text, and for
 * another an upper bound that mostly shows that it need not be measured as a whole.
 */
export class Ruler {
  readonly #measure: Measure;
  readonly #widths = new Map<string, number>();
  /** The same of plain characters, by their codes: most texts have no others. 0: not known yet. */
  readonly #plain = new Float64Array(128);
  readonly #digit: number;

  constructor(measure: Measure) {
    this.#measure = measure;
    // All digits are drawn as wide as the widest: the grid asks the font for tabular figures.
    this.#digit = Math.max(...[..."0123456789"].map(measure));
  }

  /** The width of the widest text, in pixels; WIDEST_PX if one is longer than any column. */
  widest(texts: Iterable<string>): number {
    let widest = 0;
    for (const text of texts) {
      if (text.length > ENOUGH_CHARACTERS) return WIDEST_PX;
      if (SIMPLE.test(text)) widest = Math.max(widest, this.#sumPlain(text));
      else widest = this.#wider(text, widest);
    }
    return widest;
  }

  /** The width of a text of any characters if that is more than `widest`, else `widest`. */
  #wider(text: string, widest: number): number {
    const parts = visible(text);
    const drawn = parts.map((part) => part.text).join("");
    const around = AROUND_SYMBOL_PX * (parts.length - 1);
    let most = around;
    for (const char of drawn) most += this.#width(char);
    return most <= widest ? widest : Math.max(widest, this.#measure(drawn) + around);
  }

  #sumPlain(text: string): number {
    let sum = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.#plain[code] ||= this.#width(text.charAt(i));
      sum += this.#plain[code] as number;
    }
    return sum;
  }

  #width(char: string): number {
    let width = this.#widths.get(char);
    if (width === undefined) {
      width = char >= "0" && char <= "9" ? this.#digit : this.#measure(char);
      this.#widths.set(char, width);
    }
    return width;
  }
}
