// Cells that are web addresses. Pure.
import { plain } from "../../words/format.ts";

const ADDRESS = /^https?:\/\/[^\s"<>\\^`{|}]+$/i;

/** The web address that a text is; null for any other text. */
export function addressOf(text: string): string | null {
  if (!ADDRESS.test(text) || plain(text) !== text || !URL.canParse(text)) return null;
  return new URL(text).href;
}
