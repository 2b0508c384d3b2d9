// Taking links back: for who has the full link of a document that has a key.

import { randomKey } from "../link/random-name.ts";
import type { Access } from "../protocol/state.ts";
import type { SetAccess } from "../protocol/viewer-messages.ts";
import { fill, spoken, texts } from "../texts/texts.ts";
import { confirmed } from "../ui/confirm.ts";
import { button, h, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";

const DAY = 24 * 3600;
const terms = () =>
  [
    ["", texts.asItIs],
    ["0", texts.afterLastUse],
    [String(DAY), texts.inOneDay],
    [String(7 * DAY), texts.inOneWeek],
    [String(30 * DAY), texts.in30Days],
  ] as const;

const HOUR = 3600;
/** Hours that are still said as such. */
const MOST_HOURS = 72;

/** Until when a document is kept that nobody uses any more, as its relay has it. */
function idleWords(idle: number | null | undefined): string {
  if (idle === undefined) return texts.endsAfterUse;
  if (idle === null) return texts.keptWhileRunning;
  if (idle < HOUR) return fill(texts.keptMinutes, { n: Math.round(idle / 60) });
  const hours = Math.round(idle / HOUR);
  if (hours <= MOST_HOURS) return fill(texts.keptHours, { n: hours });
  return fill(texts.keptDays, { n: Math.round(hours / 24) });
}

/** When a document ends, in words; `idle`: how long its relay keeps one without visits. Pure. */
export function endWords(ends: number | null | undefined, idle?: number | null): string {
  if (!ends) return idleWords(idle);
  const day = new Date(1000 * ends).toLocaleString(spoken().locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  return fill(texts.endsOn, { day });
}

/** What the answer to a request says of the links, before the model does. */
export interface Told {
  key: string | null | undefined;
  access: Access;
  look_key: string | null;
}

/** The controls by which links are taken back; `again` shows the links as they are then. */
export function takingBack(
  host: HTMLElement,
  viewer: Viewer,
  access: Access,
  again: (news: Told) => void,
): Node[] {
  const { editor, live, liveness } = viewer;
  if (!live) return [];
  const kept = endWords(access.ends, viewer.link?.limits?.idle);
  const said = h("p", { class: "tsv-note", role: "status" }, kept);
  if (!editor || !liveness.key) return [said];
  const closed = access.look === "closed";
  const set = async (change: Omit<SetAccess, "type" | "id">): Promise<void> => {
    try {
      const { access, look_key } = await viewer.requests.access({ type: "access", ...change });
      again({
        key: change.key ?? liveness.key,
        access,
        look_key: look_key ?? liveness.lookKey,
      });
    } catch (error) {
      setText(said, sentence((error as Error).message));
    }
  };
  const ask = (title: string, text: string, yes: string, change: Parameters<typeof set>[0]) => {
    void confirmed(host, title, text, yes).then((is) => {
      if (is) void set(change);
    });
  };
  const renew = () =>
    ask(texts.takeBackTitle, texts.renewText, texts.newLinks, { key: randomKey() });
  const remove = () => ask(texts.deleteTitle, texts.deleteText, texts.delete, { delete: true });
  const keep = h("select", { "aria-label": texts.keepUntil });
  for (const [value, text] of terms()) keep.append(h("option", { value }, text));
  keep.addEventListener("change", () => keep.value && void set({ keep: Number(keep.value) }));
  const look = closed ? texts.openLookLink : texts.closeLookLink;
  const buttons = [
    button(texts.newLinks, { onclick: renew }),
    button(look, { onclick: () => void set({ look: closed }) }),
    button(texts.delete, { onclick: remove }),
  ];
  const until = h("label", { class: "tsv-keep" }, `${texts.keepUntil} `, keep);
  const summary = h("summary", {}, texts.takeBackSummary);
  const ways = h("div", { class: "tsv-ways" }, ...buttons);
  return [h("details", { class: "tsv-back" }, summary, ways, until), said];
}
