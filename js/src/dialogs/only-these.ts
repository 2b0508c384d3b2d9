// "Show only these": a pasted list of names, in the column finder.

import type { NamedColumn } from "../grid/arranging/columns.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { namesIn } from "../words/name-list.ts";

/** Names that are said to be missing. */
const SAID = 5;

/** A field for names; `onfound` is given the columns that are called so, in their order. */
export function onlyThese(viewer: Viewer, onfound: (columns: NamedColumn[]) => void): HTMLElement {
  const field = h("textarea", { rows: 4, "aria-label": texts.namesOfColumns, ...PLAIN });
  setAttr(field, "placeholder", texts.pasteNames);
  const note = h("p", { class: "tsv-note", role: "status" });
  const show = button(texts.showOnlyThese, { kind: "small", onclick: () => void find() });
  const find = async () => {
    const names = namesIn(field.value);
    if (names.length === 0) return setText(note, texts.pasteOneName);
    try {
      const found = await viewer.lookups.findNamed(names);
      const absent = missing(names, found);
      if (found.length > 0) onfound(found);
      setText(note, words(found.length, absent));
    } catch (error) {
      setText(note, sentence((error as Error).message));
    }
  };
  const summary = h("summary", {}, texts.showOnlyTheseMore);
  return h("details", { class: "tsv-only-these" }, summary, field, show, note);
}

function missing(names: string[], found: readonly NamedColumn[]): string[] {
  const there = new Set(found.map(([, name]) => name));
  return names.filter((name) => !there.has(name));
}

function words(found: number, absent: string[]): string {
  const shown = found > 0 ? `${fill(texts.columnsShow, { n: found })}. ` : "";
  if (absent.length === 0) return shown.trim();
  const more = absent.length > SAID ? fill(texts.andMore, { n: absent.length - SAID }) : "";
  return fill(texts.notInTable, { shown, names: absent.slice(0, SAID).join(", "), more });
}
