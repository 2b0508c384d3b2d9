// The arrangements of columns that this browser keeps, by document.

import { type Arrangement, AS_IN_FILE, readArrangement } from "../grid/arranging/arrangement.ts";
import type { ArrangementStore } from "../grid/arranging/kept-columns.ts";
import { type StoredText, storedText } from "../ui/browser-storage.ts";

/** Documents whose arrangement is kept; the ones that were not arranged for longest go first. */
const MOST_DOCUMENTS = 50;

/** The arrangement of the document that `uuid` names. */
export function arrangementOf(
  uuid: () => string | null | undefined,
  stored: StoredText = storedText("tsvshare-columns"),
): ArrangementStore {
  const all = (): [string, unknown][] => {
    try {
      return Object.entries(Object(JSON.parse(stored.get() ?? "{}")));
    } catch {
      return []; // not written by this page
    }
  };
  return {
    get: () => readArrangement(all().find(([name]) => name === uuid())?.[1]),
    set: (arrangement) => {
      const name = uuid();
      if (!name) return;
      const others = all().filter(([other]) => other !== name);
      const mine: [string, Arrangement][] = isPlain(arrangement) ? [] : [[name, arrangement]];
      const kept = [...others, ...mine].slice(-MOST_DOCUMENTS);
      stored.set(kept.length > 0 ? JSON.stringify(Object.fromEntries(kept)) : null);
    },
  };
}

const isPlain = (arrangement: Arrangement): boolean =>
  JSON.stringify(arrangement) === JSON.stringify(AS_IN_FILE);
