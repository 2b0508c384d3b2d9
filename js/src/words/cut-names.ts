// Long names of columns are cut in the middle: those of samples often differ in their ends. Pure.

/** Characters from which a name is cut so, and of its end that stay in sight. */
const LONG_CHARACTERS = 12;
const MOST_CHARACTERS = 400;
const END_CHARACTERS = 5;
/** Plain letters, which can be parted anywhere. */
const PLAIN = /^[!-~\u00a1-\u024f]+$/;

/** A name in two parts, of which only the first one gives way where there is little room; or null. */
export function cutInMiddle(name: string): [start: string, end: string] | null {
  if (name.length < LONG_CHARACTERS || name.length > MOST_CHARACTERS) return null;
  // The place of a soft hyphen cannot be seen; blanks at a parting would be lost.
  if (!PLAIN.test(name) || name.includes("\u00ad")) return null;
  return [name.slice(0, -END_CHARACTERS), name.slice(-END_CHARACTERS)];
}
