// The languages there are, and which of them a browser wants. Pure.

import type { Spoken } from "./texts.ts";

/** Those beside English; each has a table of its name here, and a file of it in the bundle. */
export const OTHERS = ["de"] as const;
export type Other = (typeof OTHERS)[number];

const isOther = (language: string): language is Other =>
  (OTHERS as readonly string[]).includes(language);

/** The first language of a browser's list that there are texts in; English if there is none. */
export function languageFor(wanted: readonly string[]): Spoken {
  for (const locale of wanted) {
    const language = locale.toLowerCase().split("-")[0] ?? "";
    if (isOther(language)) return { language, locale };
    if (language === "en") break;
  }
  return { language: "en", locale: undefined };
}
