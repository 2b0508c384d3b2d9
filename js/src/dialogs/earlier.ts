// The tables that uploads replaced: any of them can come back, for everyone, while it is kept.

import { fill, texts } from "../texts/texts.ts";
import { button, h } from "../ui/dom.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { clock } from "../words/format.ts";

/** Open the list of tables that can come back beside an element. */
export function openEarlier(host: HTMLElement, beside: Element, viewer: Viewer): void {
  const { undo, earlier = [] } = viewer.document ?? {};
  const entries = [...(undo ? [undo] : []), ...earlier].map(({ table, name, rows, until }) => {
    const back = () => {
      box.close();
      viewer.undo(table).catch((error) => viewer.reportError(error));
    };
    const choose = button(name, { icon: "undo", kind: "quiet small", onclick: back });
    const words = fill(texts.keptUntil, {
      rows: fill(texts.rows, { n: rows }),
      time: clock(until * 1000),
    });
    return h("li", {}, choose, h("span", { class: "tsv-soft" }, words));
  });
  const list = h("ul", { class: "tsv-earlier" }, ...entries);
  const box = openPopup(host, beside, texts.earlierTables, list);
}
