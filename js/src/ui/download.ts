// Downloads: links to files of a relay. A click never puts anything in place of the page around the
// table, such as the browser's own about a relay that it cannot reach.
import { h } from "./dom.ts";

/** Save what a link leads to, or open it in a tab of its own. */
const AWAY = { download: true, target: "_blank", rel: "noopener" } as const;

/**
 * A link that downloads. Where that goes to another server than the page is from, `refuse` is asked
 * first, which says why it cannot be, and to the person too.
 */
export function downloadLink(kind: string, refuse: () => Promise<boolean>): HTMLAnchorElement {
  const link = h("a", { class: kind, ...AWAY });
  link.addEventListener("click", (event) => {
    if (new URL(link.href).origin === location.origin) return;
    event.preventDefault();
    const { href } = link;
    void refuse().then((refused) => {
      if (!refused) h("a", { href, ...AWAY }).click();
    });
  });
  return link;
}
