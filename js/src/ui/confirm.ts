// A confirmation: a dialog with two answers.
import { texts } from "../texts/texts.ts";
import { openDialog } from "./dialog.ts";
import { button, h } from "./dom.ts";

/** Ask for confirmation; whether the button named `yes` was pressed. */
export function confirmed(
  host: HTMLElement,
  title: string,
  text: string,
  yes: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false;
    const agree = () => {
      answer = true;
      box.close();
    };
    const accept = button(yes, { kind: "primary", onclick: agree });
    const refuse = button(texts.cancel, { onclick: () => box.close() });
    const buttons = h("div", { class: "tsv-form-buttons" }, accept, refuse);
    const box = openDialog(host, title, h("p", {}, text), buttons);
    box.addEventListener("close", () => resolve(answer));
    accept.focus();
  });
}
