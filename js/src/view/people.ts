// Who is there, in words and colours. Pure.

import type { LinkState } from "../link/model.ts";
import type { Person } from "../protocol/state.ts";
import { fill, texts } from "../texts/texts.ts";

/** A colour of one's own, as a hue: the same on every screen. */
export function hueOf(cid: string): number {
  let hash = 2166136261;
  for (const char of cid) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % 360;
}

/** Who made a change: "Ada", "Somebody"; null if it was made here, or nobody knows by whom. */
export function whoIs(link: LinkState | null, cid: string | null): string | null {
  if (cid === null || link === null || cid === link.cid) return null;
  return personOf(link, cid)?.name ?? texts.somebody;
}

const personOf = (link: LinkState | null, cid: string): Person | null =>
  link?.people?.find((person) => person.cid === cid) ?? null;

/** The initial that stands in somebody's circle. */
export const initial = ({ name }: Pick<Person, "name">): string => {
  const [first = "?"] = name ?? "?";
  return first.toLocaleUpperCase();
};

/** Initials by which people are told apart, by cid: more letters where names begin alike. */
export function initials(people: readonly Person[]): Map<string, string> {
  const ways = people.map(waysToWrite);
  const found = new Map<string, string>();
  for (const [i, person] of people.entries()) {
    const others = ways.filter((_, other) => other !== i).map((way) => new Set(way));
    const own = ways[i]?.find((mark) => !others.some((other) => other.has(mark)));
    const namesakes = people.slice(0, i).filter(({ name }) => name === person.name).length;
    found.set(person.cid, own ?? `${initial(person)}${namesakes + 1}`);
  }
  return found;
}

/** What may stand for a name, the shortest first: A, AB of Ada Berg, Ad. */
function waysToWrite(person: Person): string[] {
  const first = initial(person);
  if (person.name === null) return [first];
  const words = person.name.split(/\s+/).filter(Boolean);
  const last = words.length > 1 ? [first + initial({ name: words.at(-1) ?? "" })] : [];
  const [, second = ""] = person.name;
  return [...new Set([first, ...last, first + second.toLocaleLowerCase()])];
}

/** What somebody is called beside the others: a number tells those of one name apart. */
export function shownName(link: LinkState | null, cid: string): string {
  const name = personOf(link, cid)?.name ?? null;
  if (name === null) return texts.somebody;
  const same = (link?.people ?? []).filter((person) => person.name === name);
  const place = same.findIndex((person) => person.cid === cid);
  return place > 0 ? `${name} (${place + 1})` : name;
}

/** "27 follow, 2 look around". */
export function followWords({ viewers, apart = 0 }: Pick<LinkState, "viewers" | "apart">): string {
  if (apart === 0) return texts.everyoneFollows;
  const following = Math.max(0, viewers - apart);
  const follow = fill(texts.peopleFollow, { n: following });
  return `${follow}, ${fill(texts.peopleAround, { n: apart })}`;
}

/** Where somebody is, beside the page everyone is on. */
export function whereWords({ at }: Person, shared: number): string {
  if (at === null) return fill(texts.hereOnPage, { page: shared });
  const place = fill(texts.onPageOf, { page: at.page, pages: at.n_pages });
  return at.own_query ? fill(texts.aloneAsking, { place }) : fill(texts.aloneAt, { place });
}

/** The people that are listed, this viewer first; and how many others there are. */
export function listPeople(link: LinkState | null): { people: Person[]; others: number } {
  const known = link?.people ?? [];
  const mine = (person: Person) => (person.cid === link?.cid ? 0 : 1);
  const people = [...known].sort((a, b) => mine(a) - mine(b));
  return { people, others: Math.max(0, (link?.viewers ?? 0) - people.length) };
}
