// The clipboard, also where a page may not use it by itself: on plain HTTP, in old browsers.
import { activeElementAround, h } from "./dom.ts";

/** A content of the clipboard, by type. */
export type Copied = Partial<Record<"text/plain" | "text/html", string>>;

/** Copy a text; whether it worked. `beside` is an element that the keyboard may visit. */
export const copyText = (text: string, beside: HTMLElement): Promise<boolean> =>
  copyContent(["text/plain"], Promise.resolve({ "text/plain": text }), beside);

/**
 * Copy what is perhaps still to come; whether it worked. Browsers allow it only to what began with
 * a key or a click, and so learn of it before the content is here. Throws what `content` does.
 */
export async function copyContent(
  types: (keyof Copied)[],
  content: Promise<Copied>,
  beside: HTMLElement,
): Promise<boolean> {
  const written = write(types, content).catch(() => false);
  const copied = await content;
  return (await written) || copyByCommand(copied, beside);
}

async function write(types: (keyof Copied)[], content: Promise<Copied>): Promise<boolean> {
  const blob = (type: keyof Copied) =>
    content.then((copied) => new Blob([copied[type] ?? ""], { type }));
  const item = new ClipboardItem(Object.fromEntries(types.map((type) => [type, blob(type)])));
  await navigator.clipboard.write([item]);
  return true;
}

/** Copy by the old command: have the browser copy a field, and give it our content instead. */
function copyByCommand(copied: Copied, beside: HTMLElement): boolean {
  const focused = activeElementAround(beside);
  const field = h("textarea", { class: "tsv-aside", "aria-hidden": "true" });
  field.value = copied["text/plain"] ?? "";
  field.addEventListener("copy", (event) => {
    for (const [type, text] of Object.entries(copied)) event.clipboardData?.setData(type, text);
    event.preventDefault();
    event.stopPropagation();
  });
  beside.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  (focused as HTMLElement | null)?.focus();
  return done;
}
