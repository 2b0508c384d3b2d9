// What the components of one page share, by name: a module that one of them has loaded, for those
// that come later or wait for it already.

interface Slot<T> {
  value?: T;
  waiting: ((value: T) => void)[];
}

function slotOf<T>(name: string): Slot<T> {
  const shelf = globalThis as unknown as Record<symbol, Slot<T> | undefined>;
  const place = Symbol.for(name);
  shelf[place] ??= { waiting: [] };
  return shelf[place];
}

/** Put something there, for all; what is there already stays. */
export function shelve<T>(name: string, value: T): void {
  const slot = slotOf<T>(name);
  if (slot.value !== undefined) return;
  slot.value = value;
  for (const go of slot.waiting.splice(0)) go(value);
}

/** What is there, or null. */
export const onShelf = <T>(name: string): T | null => slotOf<T>(name).value ?? null;

/** What is there, as soon as somebody puts it there. */
export function fromShelf<T>(name: string): Promise<T> {
  const slot = slotOf<T>(name);
  if (slot.value !== undefined) return Promise.resolve(slot.value);
  return new Promise((resolve) => slot.waiting.push(resolve));
}
