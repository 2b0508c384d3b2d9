// What a table's downloads begin with, for one viewer.

import { fill, texts } from "../../texts/texts.ts";
import type { Downloads } from "../../ui/download.ts";
import { unreachableWords } from "../reach.ts";
import type { Viewer } from "../viewer.ts";

export class TableDownloads implements Downloads {
  readonly #viewer: Viewer;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  get reach() {
    return this.#viewer.reach;
  }

  /** Whether nothing can be fetched from the relay in this browser, which is said. */
  async refuseDownload(): Promise<boolean> {
    const refused = (await this.reach.check()) === "no";
    const why = unreachableWords(this.#viewer.link?.base ?? "");
    const message = fill(texts.nothingDownloaded, { why });
    if (refused) this.#viewer.onnotice({ code: "unreachable", message });
    return refused;
  }

  /** A link that a browser can open: where looking takes a key, with a pass, as links have no keys. */
  admit(href: string): Promise<string> | null {
    const { link, liveness } = this.#viewer;
    if (!link?.base || (link.access?.look ?? "open") === "open") return null;
    const asked = { method: "POST", headers: { "X-TSVShare-Key": liveness.key ?? "" } };
    return fetch(`${link.base}/d/${link.uuid}/ticket`, asked)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
      .then(({ ticket }) => `${href}${href.includes("?") ? "&" : "?"}ticket=${ticket}`)
      .catch(() => {
        this.#viewer.onnotice({ code: "unavailable", message: texts.noDownload });
        return "";
      });
  }
}
