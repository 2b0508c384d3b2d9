// What the front end says, in the language of the browser: `texts.upload`, and `fill(texts.rows, { n })`
// for a text with something in it. English to begin with (en.ts); another language is spoken once its
// table is there, and what that lacks stays English. In the bundle a text goes by its number, and the
// English one stands where it is used: build.mjs does that. Read texts when something is drawn, never
// while a module is loaded: the language comes later.
//
// The one state of this module is the language, which is that of the browser for all that it shows.

import { en } from "./en.ts";

/** A text for each kind of number that a language tells apart; `n` is the number. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;
export type Entry = string | Plural;
/** What a text says, by its key. */
export type Texts = typeof en;
/** The texts in another language. */
export type Translation = {
  readonly [Key in keyof Texts]?: Texts[Key] extends string ? string : Plural;
};

export interface Spoken {
  language: string;
  /** The language with its country as the browser names it; undefined: that of the browser itself. */
  locale: string | undefined;
}

type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
/** What has to be filled into a text. */
export type Values<Of> = Record<
  Of extends Plural ? Names<Of["other"]> | "n" : Names<Of>,
  string | number
>;

export const texts: Texts = { ...en };

let now: Spoken = { language: "en", locale: undefined };

/** The language of the texts. */
export const spoken = (): Spoken => now;

/** Say everything in a language from now on, as far as it has the texts. */
export function speak(as: Spoken, table: object): void {
  now = as;
  Object.assign(texts, en, table);
}

/** By locale: making one takes longer than writing a hundred numbers with it. */
const numbers = new Map<string | undefined, Intl.NumberFormat>();
const plurals = new Map<string, Intl.PluralRules>();

function kept<Key, Value>(from: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = from.get(key) ?? make();
  from.set(key, value);
  return value;
}

/** Counts in the reader's locale: 12,012 or 12.012. */
export const count = (n: number, locale: string | undefined = now.locale): string =>
  kept(numbers, locale, () => new Intl.NumberFormat(locale)).format(n);

/** A text with its values in place, numbers as the reader writes them. */
export function fill<Of extends Entry>(entry: Of, values: Values<Of>): string {
  const given = values as Record<string, string | number>;
  const text = typeof entry === "string" ? entry : formFor(entry, Number(given.n));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = given[name] ?? whole;
    return typeof value === "number" ? count(value) : value;
  });
}

function formFor(entry: Plural, n: number): string {
  const { language } = now;
  const rule = kept(plurals, language, () => new Intl.PluralRules(language)).select(n);
  return entry[rule] ?? entry.other;
}
