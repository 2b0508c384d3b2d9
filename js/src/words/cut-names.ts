// Long names of columns are cut where they say least: what tells them from their neighbours stays in
// sight, which mostly is their end. Pure.

/** Characters from which a name is cut so. */
const LONG_CHARACTERS = 12;
const MOST_CHARACTERS = 400;
/** Characters of an end that are kept for certain, and at most. */
const LEAST_END = 5;
const MOST_END = 10;
/** Where a name may be cut at the earliest: before, its beginning tells it from others. */
const LEAST_START = 4;
/** Characters that are to be seen of the beginning, and the dots, for it to be of use. */
const LEAST_SHOWN = 4;
/** Characters of a word that stay together. */
const MOST_WORD = 8;
/** Plain letters, which can be parted anywhere. */
const PLAIN = /^[!-~\u00a1-\u024f]+$/;

/**
 * A name in two parts, of which only the first one gives way where there is little room; null: it
 * gives way at its end. `beside`: the names of its neighbours; `room`: how many characters there is
 * room for. If that is too little for both parts, and the beginning tells it from them, that stays.
 */
export function cutName(
  name: string,
  beside: readonly string[],
  room = Number.POSITIVE_INFINITY,
): [start: string, end: string] | null {
  if (name.length < LONG_CHARACTERS || name.length > MOST_CHARACTERS) return null;
  // The place of a soft hyphen cannot be seen; blanks at a parting would be lost.
  if (!PLAIN.test(name) || name.includes("\u00ad")) return null;
  const near = beside.filter((other) => other !== name);
  const alike = Math.max(0, ...near.map((other) => sameEnd(name, other)));
  const end = name.length - wordAt(name, name.length - 1 - alike);
  const place = end <= MOST_END ? name.length - Math.max(end, LEAST_END) : partingBy(name, near);
  const tight = name.length - place + LEAST_SHOWN > room;
  if (place < LEAST_START || (tight && differsAt(name, near) < room - 1)) return null;
  return [name.slice(0, place), name.slice(place)];
}

/**
 * How many characters of an end give way, too, where there is no room for all of it: none if what is
 * left would not tell the name from its neighbours.
 */
export function cutEnd(
  end: string,
  beside: readonly string[],
  fits: (end: string) => boolean,
): number {
  for (let cut = 0; cut < end.length; cut++) {
    const left = end.slice(cut);
    if (beside.some((other) => other.endsWith(left))) return 0;
    if (fits(left)) return cut;
  }
  return 0;
}

/** The place from which a name differs from all of its neighbours. */
const differsAt = (name: string, near: readonly string[]): number =>
  Math.max(0, ...near.map((other) => sameStart(name, other)));

/** Where to part a name whose end is like those of its neighbours: before what differs. */
function partingBy(name: string, near: readonly string[]): number {
  const differs = differsAt(name, near);
  const word = wordAt(name, differs);
  return word < LEAST_START ? differs : word;
}

/** How many characters two names begin with alike. */
function sameStart(one: string, other: string): number {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return same;
}

/** How many characters two names end with alike. */
function sameEnd(one: string, other: string): number {
  let same = 0;
  while (same < one.length && one.at(-1 - same) === other.at(-1 - same)) same++;
  return same;
}

/** Where the word begins that a place of a name is in; the place itself in a long one. */
function wordAt(name: string, place: number): number {
  let start = Math.max(0, Math.min(place, name.length - 1));
  while (start > 0 && /[\p{L}\d]/u.test(name[start - 1] as string)) start--;
  return place - start > MOST_WORD ? place : start;
}
