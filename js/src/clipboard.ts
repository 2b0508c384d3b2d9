// Copying a text, also where the page may not use the clipboard by itself.
import { h } from "./dom.ts";

/** Copy a text; whether it worked. `beside` is an element that the keyboard may visit. */
export async function copyText(text: string, beside: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, beside);
  }
}

function copySelected(text: string, beside: HTMLElement): boolean {
  const focused = (beside.getRootNode() as Document | ShadowRoot).activeElement;
  const field = h("textarea", { class: "tsv-aside", "aria-hidden": "true" });
  field.value = text;
  beside.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  (focused as HTMLElement | null)?.focus();
  return copied;
}
