// The ways out for a link that stays on one computer: those that are possible here, a click each.

import type { Links } from "../link/links.ts";
import type { TakeWay } from "../link/model-messages.ts";
import { fill, texts } from "../texts/texts.ts";
import { button, h, setDisabled, setText } from "../ui/dom.ts";
import { isLoopback, type Reached } from "../view/reach.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";

/** What stands below links that not everyone can open; `again` shows the links as they are then. */
export function waysOut(viewer: Viewer, links: Links, reached: Reached, again: () => void): Node[] {
  const url = links.full ?? links.look;
  const stays = url !== null && (isLoopback(url) || reached === "no");
  if (!stays || !viewer.editor) return [];
  const { publish = null, network = false, server = null } = viewer.link?.ways ?? {};
  const said = h("p", { class: "tsv-note", role: "status" });
  const take = (way: TakeWay["way"], doing: string) => () => {
    for (const each of buttons) setDisabled(each, true);
    setText(said, doing);
    const before = viewer.link?.view_url;
    const there = () => viewer.live && viewer.link?.view_url !== before;
    const shown = () => untilTrue(there).then(again);
    viewer.requests.way(way).then(shown, (error: Error) => {
      for (const each of buttons) setDisabled(each, false);
      setText(said, sentence(error.message));
    });
  };
  const buttons: HTMLButtonElement[] = [];
  const rows: HTMLElement[] = [];
  const add = (name: string, words: string, onclick: () => void) => {
    const press = button(name, { onclick });
    buttons.push(press);
    rows.push(h("p", { class: "tsv-way" }, press, h("span", {}, words)));
  };
  if (server !== null) {
    const onclick = take("server", fill(texts.movingToServer, { server }));
    add(fill(texts.throughServer, { server }), texts.opensForLetIn, onclick);
  }
  if (publish !== null) {
    const { host } = new URL(publish);
    const onclick = take("publish", fill(texts.movingTo, { host }));
    add(texts.publish, fill(texts.movesTo, { host }), onclick);
  }
  if (network) add(texts.shareOnNetwork, texts.networkWords, take("network", texts.listening));
  if (buttons.length === 0) setText(said, texts.elsewhere);
  return [...rows, said];
}

const LOOK_AGAIN_MS = 50;
const LOOKS = 60;

/** Wait until something is so: the model hears of it a moment after the answer. */
async function untilTrue(is: () => boolean): Promise<void> {
  for (let looks = 0; looks < LOOKS && !is(); looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
