// The tables that this browser made or visited, with a way back to each and a way to forget them.

import { fill, texts } from "../texts/texts.ts";
import { button, h, setAttr } from "../ui/dom.ts";
import { type RecentTable, RecentTables } from "./recent.ts";

export function recentList(base: string): HTMLElement {
  const recent = new RecentTables(base);
  const list = h("ul");
  const forgetAll = button(texts.forgetAll, {
    kind: "small quiet",
    onclick: () => {
      recent.forgetAll();
      show();
    },
  });
  const head = h("div", { class: "tsv-recent-head" }, h("h2", {}, texts.recentTitle), forgetAll);
  const section = h("section", { class: "tsv-recent", "aria-label": texts.recentTitle });
  const show = () => {
    const forget = (uuid: string) => {
      recent.forget(uuid);
      show();
    };
    list.replaceChildren(...recent.list.map((table) => entry(base, table, forget)));
    setAttr(section, "hidden", recent.list.length === 0);
  };
  section.append(head, list, h("p", { class: "tsv-note" }, texts.recentNote));
  show();
  return section;
}

function entry(base: string, table: RecentTable, forget: (uuid: string) => void): HTMLElement {
  const { uuid, key, name, at } = table;
  const href = `${base}/d/${encodeURIComponent(uuid)}${key ? `#k=${encodeURIComponent(key)}` : ""}`;
  const when = new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const right = key === null ? texts.lookOnlyPrefix : "";
  const label = fill(texts.forgetName, { name });
  const onclick = () => forget(uuid);
  const away = button(label, { icon: "close", bare: true, kind: "quiet small", onclick });
  const link = h("a", { href, dir: "auto" }, name);
  return h("li", {}, link, h("span", { class: "tsv-soft" }, `${right}${when}`), away);
}
