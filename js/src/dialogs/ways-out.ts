// The ways out for a link that stays on one computer: those that are possible here, a click each.
import { button, h, setDisabled, setText } from "../ui/dom.ts";
import { isLoopback, type Reached } from "../view/reach.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import type { Links } from "./links.ts";

const NETWORK =
  "Lets other computers in this network open the links. Keys hold; without a certificate nothing is encrypted.";

/** What stands below links that not everyone can open; `again` shows the links as they are then. */
export function waysOut(viewer: Viewer, links: Links, reached: Reached, again: () => void): Node[] {
  const url = links.full ?? links.look;
  const stays = url !== null && (isLoopback(url) || reached === "no");
  if (!stays || !viewer.editor) return [];
  const { publish = null, network = false } = viewer.link?.ways ?? {};
  const said = h("p", { class: "tsv-note", role: "status" });
  const take = (way: "publish" | "network", doing: string) => () => {
    for (const each of buttons) setDisabled(each, true);
    setText(said, doing);
    const before = viewer.link?.view_url;
    const shown = () => untilOther(before, () => viewer.link?.view_url).then(again);
    viewer.requests.way(way).then(shown, (error: Error) => {
      for (const each of buttons) setDisabled(each, false);
      setText(said, sentence(error.message));
    });
  };
  const buttons: HTMLButtonElement[] = [];
  if (publish !== null) {
    const { host } = new URL(publish);
    const onclick = take("publish", `Moving the table to ${host}…`);
    buttons.push(
      titled(button("Publish", { onclick }), `Moves the table to ${host}, with everyone`),
    );
  }
  if (network) {
    const onclick = take("network", "Listening on the network…");
    buttons.push(titled(button("Share on this network", { onclick }), NETWORK));
  }
  if (buttons.length === 0) setText(said, ELSEWHERE);
  return [h("div", { class: "tsv-ways" }, ...buttons), said];
}

const LOOK_AGAIN_MS = 50;
const LOOKS = 60;

/** Wait until a value is another one: the model hears of it a moment after the answer. */
async function untilOther(before: unknown, now: () => unknown): Promise<void> {
  for (let looks = 0; looks < LOOKS && now() === before; looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function titled(element: HTMLButtonElement, title: string): HTMLButtonElement {
  element.title = title;
  return element;
}

const ELSEWHERE =
  "For people elsewhere, share through a relay that they can reach: tsvshare serve, or " +
  "TSVShare(..., relay=...).";
