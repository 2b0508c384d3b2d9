// Who is there, in words and colours. Pure.

import type { LinkState } from "../link/model.ts";
import type { Person } from "../protocol/state.ts";
import { count } from "../words/format.ts";

/** A colour of one's own, as a hue: the same on every screen. */
export function hueOf(cid: string): number {
  let hash = 2166136261;
  for (const char of cid) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % 360;
}

/** Who made a change: "Ada", "Somebody"; null if it was made here, or nobody knows by whom. */
export function whoIs(link: LinkState | null, cid: string | null): string | null {
  if (cid === null || link === null || cid === link.cid) return null;
  return personOf(link, cid)?.name ?? "Somebody";
}

const personOf = (link: LinkState | null, cid: string): Person | null =>
  link?.people?.find((person) => person.cid === cid) ?? null;

/** The initial that stands in somebody's circle. */
export const initial = ({ name }: Person): string => {
  const [first = "?"] = name ?? "?";
  return first.toLocaleUpperCase();
};

/** Where somebody is, beside the page everyone is on. */
export function whereWords({ at }: Person, shared: number): string {
  if (at === null) return `here, on page ${count(shared)}`;
  const place = `on page ${count(at.page)} of ${count(at.n_pages)}`;
  return at.own_query ? `alone, ${place}, with a question of their own` : `alone, ${place}`;
}

/** The people that are listed, this viewer first; and how many others there are. */
export function listPeople(link: LinkState | null): { people: Person[]; others: number } {
  const known = link?.people ?? [];
  const mine = (person: Person) => (person.cid === link?.cid ? 0 : 1);
  const people = [...known].sort((a, b) => mine(a) - mine(b));
  return { people, others: Math.max(0, (link?.viewers ?? 0) - people.length) };
}
