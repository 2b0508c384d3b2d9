// What both languages keep to: the files in tests/golden, which the tests in Python read too.
import { readFileSync } from "node:fs";

/** The cases in tests/golden/NAME.json. */
export function contract<Cases>(name: string): Cases {
  const path = new URL(`../../tests/golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8"));
}
