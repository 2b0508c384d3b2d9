// What the numbers among some cells add up to, and how that is said. Pure.

import { fill, spoken, texts } from "../texts/texts.ts";
import { inDigits } from "../words/format.ts";
import { isNumber } from "../words/numbers.ts";

/** The cells that were added up, one by one. */
export class Tally {
  /** Cells that are here, and those that have not come yet. */
  cells = 0;
  pending = 0;
  numbers = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  /** The sum of the numbers without their signs. */
  #size = 0;

  /** Take in a cell (undefined: it is missing); `saysNothing` knows the words for nothing. */
  add(text: string | undefined, saysNothing: (text: string) => boolean): void {
    this.cells++;
    if (text === undefined || !isNumber(text) || saysNothing(text)) return;
    const value = numberOf(text);
    this.numbers++;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.#sum += value;
    this.#size += Math.abs(value);
  }

  get sum(): number {
    // Ten times 0.1 less 1 is 0: smaller than this, a sum is of what decimals lose in a computer.
    const isNoise = Math.abs(this.#sum) < Number.EPSILON * this.#size;
    return isNoise && Number.isFinite(this.#size) ? 0 : this.#sum;
  }
}

/** The number in a cell; JavaScript reads no "inf". */
function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  return text.includes("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Digits of a sum; those of a mean are fewer, which says nothing by its last ones. */
const [SUM_DIGITS, MEAN_DIGITS] = [12, 6];

/** A number that was computed, as people read it. */
export function computed(value: number, digits = SUM_DIGITS): string {
  if (Number.isNaN(value)) return texts.undefinedNumber;
  const rounded = inDigits(value, digits);
  const size = Math.abs(rounded);
  const far = Number.isFinite(size) && size !== 0 && (size < 1e-6 || size >= 1e15);
  const written = { maximumFractionDigits: SUM_DIGITS };
  return far ? String(rounded) : rounded.toLocaleString(spoken().locale, written);
}

/** What there is to say of the numbers, the most wanted first; nothing if there is none. */
function figureWords({ numbers, sum, min, max }: Tally): string[] {
  if (numbers === 0) return [];
  const values = {
    sum: computed(sum),
    mean: computed(sum / numbers, MEAN_DIGITS),
    min: computed(min),
    max: computed(max),
  };
  return [fill(texts.selectedFigures, values)];
}

/** How many cells are numbers, and how many not. */
function countWords({ cells, pending, numbers }: Tally): string {
  const many = numbers > 0 ? texts.selectedNumbers : texts.selectedNone;
  const words = [fill(many, { n: numbers || cells })];
  const others = numbers > 0 ? cells - numbers : 0;
  if (others > 0) words.push(fill(texts.selectedOthers, { others }));
  if (pending > 0) words.push(fill(texts.selectedPending, { pending }));
  return words.join(", ");
}

/** What cells add up to, in a line. */
export const tallyWords = (tally: Tally): string =>
  [...figureWords(tally), countWords(tally)].join(" · ");
