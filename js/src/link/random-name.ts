// Names and keys that nobody else has.

/** A key for a link: 128 random bits. */
export const randomKey = (): string => randomName() + randomName();

/** A name that no other view or viewer has. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
