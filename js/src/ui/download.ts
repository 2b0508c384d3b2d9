// Downloads: links to files of a relay. A click never puts anything in place of the page around the
// table, such as the browser's own about a relay that it cannot reach.
import { h } from "./dom.ts";

/** Save what a link leads to, or open it in a tab of its own. */
const AWAY = { download: true, target: "_blank", rel: "noopener" } as const;

/** Makes a link that lets in, of one that does not by itself; null: it does. */
export type Admit = (href: string) => Promise<string> | null;

/**
 * A link that downloads. Where that goes to another server than the page is from, `refuse` is asked
 * first, which says why it cannot be, and to the person too; `admit` has what is to be opened.
 */
export function downloadLink(
  kind: string,
  refuse: () => Promise<boolean>,
  admit: Admit = () => null,
): HTMLAnchorElement {
  const link = h("a", { class: kind, ...AWAY });
  link.addEventListener("click", (event) => {
    const { href } = link;
    const admitted = admit(href);
    if (admitted === null && new URL(href).origin === location.origin) return;
    event.preventDefault();
    void refuse().then(async (refused) => {
      if (refused) return;
      const opened = await (admitted ?? href);
      if (opened !== "") h("a", { href: opened, ...AWAY }).click();
    });
  });
  return link;
}
