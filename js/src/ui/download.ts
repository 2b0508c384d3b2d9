// Downloads: links to files of a relay. A click never puts anything in place of the page around the
// table, such as the browser's own about a relay that it cannot reach.
import { h } from "./dom.ts";

/** Save what a link leads to, or open it in a tab of its own. */
const AWAY = { download: true, target: "_blank", rel: "noopener" } as const;

/** What a download begins with. */
export interface Downloads {
  /** Say to the person why it cannot be, if it cannot. */
  refuseDownload(): Promise<boolean>;
  /** Makes a link that lets in, of one that does not by itself; null: it does. */
  admit(href: string): Promise<string> | null;
  /** While a login is needed, the way there is by a page, which is not to be saved. */
  readonly reach: { readonly needsLogin: boolean };
}

/** A link that downloads; one to another server than the page is from only where that is reached. */
export function downloadLink(kind: string, by: Downloads): HTMLAnchorElement {
  const link = h("a", { class: kind, ...AWAY });
  link.addEventListener("click", (event) => {
    const { href } = link;
    const admitted = by.admit(href);
    link.toggleAttribute("download", !by.reach.needsLogin);
    if (admitted === null && new URL(href).origin === location.origin) return;
    event.preventDefault();
    void by.refuseDownload().then(async (refused) => {
      if (refused) return;
      const opened = await (admitted ?? href);
      if (opened !== "") h("a", { href: opened, ...AWAY }).click();
    });
  });
  return link;
}
