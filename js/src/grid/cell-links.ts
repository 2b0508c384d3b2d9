// Cells that are addresses. Pure.
import { plain } from "../words/format.ts";

const ADDRESS = /^https?:\/\/[^\s"<>\\^`{|}]+$/i;

/** The address that a text is, of the web and of nothing else; null for any other text. */
export function addressOf(text: string): string | null {
  if (!ADDRESS.test(text) || plain(text) !== text || !URL.canParse(text)) return null;
  return new URL(text).href;
}
