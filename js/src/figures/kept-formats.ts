// The number formats that this browser keeps, by document and name of the column.

import { type StoredText, storedText } from "../ui/browser-storage.ts";
import type { NumberFormat } from "./number-format.ts";

/** Documents whose formats are kept. */
const MOST_DOCUMENTS = 50;
const KINDS: readonly string[] = ["decimals", "percent", "scientific"];

export class KeptFormats {
  readonly #uuid: () => string | null | undefined;
  readonly #stored: StoredText;
  #known: Record<string, unknown> | null = null;

  constructor(
    uuid: () => string | null | undefined,
    stored: StoredText = storedText("tsvshare-formats"),
  ) {
    this.#uuid = uuid;
    this.#stored = stored;
  }

  get(name: string): NumberFormat | null {
    this.#known ??= Object(this.#all()[this.#uuid() ?? ""]) as Record<string, unknown>;
    return Object.hasOwn(this.#known, name) ? readFormat(this.#known[name]) : null;
  }

  set(name: string, format: NumberFormat | null): void {
    const uuid = this.#uuid();
    if (!uuid) return;
    const { [uuid]: mine, ...others } = this.#all();
    const { [name]: _, ...rest } = Object(mine) as Record<string, unknown>;
    const next = format ? { ...rest, [name]: format } : rest;
    this.#known = next;
    const kept = Object.entries(others).slice(1 - MOST_DOCUMENTS);
    if (Object.keys(next).length > 0) kept.push([uuid, next]);
    this.#stored.set(kept.length > 0 ? JSON.stringify(Object.fromEntries(kept)) : null);
  }

  #all(): Record<string, unknown> {
    try {
      return Object(JSON.parse(this.#stored.get() ?? "{}"));
    } catch {
      return {}; // not written by this page
    }
  }
}

function readFormat(written: unknown): NumberFormat | null {
  const { kind, digits, thousands } = Object(written);
  if (!KINDS.includes(kind)) return null;
  return {
    kind,
    digits: Number.isInteger(digits) ? digits : null,
    thousands: thousands === true,
  };
}
