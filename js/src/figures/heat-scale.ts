// The colours of heatmaps: cividis, which people with and without colour blindness see nearly alike
// (Nunez, Anderton and Renslow 2018, doi:10.1371/journal.pone.0199239), made anew from ten of its
// stops by straight lines between them. Numbers on them are black or white, whichever can be read:
// at least 4.5 to 1 on every one of them, in the light and in the dark theme alike. Pure.

import { isNumber } from "../words/numbers.ts";

/** Red, green and blue, each from 0 to 255. */
export type Colour = [red: number, green: number, blue: number];

const STOPS: Colour[] = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [225, 204, 85],
  [254, 232, 56],
];
/** Colours of a scale. */
export const STEPS = 24;

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** The colour of a step of the scale. */
export function heatColour(step: number): Colour {
  const at = (step / (STEPS - 1)) * (STOPS.length - 1);
  const before = Math.min(Math.floor(at), STOPS.length - 2);
  const part = at - before;
  const [low, high] = [STOPS[before] as Colour, STOPS[before + 1] as Colour];
  return low.map((from, i) => Math.round(from + part * ((high[i] as number) - from))) as Colour;
}

/** The colour of a text on a colour. */
export const textOn = (colour: Colour): Colour =>
  contrast(BLACK, colour) > contrast(WHITE, colour) ? BLACK : WHITE;

/** The contrast of two colours as WCAG 2.2 has it, from 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light as number) + 0.05) / ((dark as number) + 0.05);
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Colour;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const css = (colour: Colour): string => `rgb(${colour.join(" ")})`;

/** The rules that give cells their colours. */
export function heatRules(): string {
  return Array.from({ length: STEPS }, (_, step) => {
    const colour = heatColour(step);
    // Also under the pointer: there its text must not stand on another colour.
    const cell = `.tsvshare .tsv-table tbody tr > td[data-heat="${step}"][data-heat][data-heat]`;
    return `${cell}{background-color:${css(colour)};color:${css(textOn(colour))}}`;
  }).join("");
}

/** The whole scale as a background. */
export const heatGradient = (): string => `linear-gradient(to right, ${STOPS.map(css).join(", ")})`;

export type Ends = [low: number, high: number];

/** The step of a cell between the ends of a scale; null: it is no number that has one. */
export function stepOf(text: string, [low, high]: Ends): number | null {
  if (!isNumber(text)) return null;
  const value = Number(text);
  if (Number.isNaN(value)) return null;
  // All are the same: in the middle.
  const part = high > low ? (value - low) / (high - low) : 0.5;
  return Math.round(Math.min(1, Math.max(0, part)) * (STEPS - 1));
}
