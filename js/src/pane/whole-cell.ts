// The dialog of one cell in full: exactly what is in the file, however long it is.

import { fillText } from "../grid/contents/cell-text.ts";
import type { CellAnswer } from "../protocol/relay-messages.ts";
import { fill, texts } from "../texts/texts.ts";
import { copyText } from "../ui/clipboard.ts";
import { openDialog } from "../ui/dialog.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import { beginning, bytes } from "../words/format.ts";

/** Characters that are drawn at once; more of them on request. */
const SHOWN_CHARACTERS = 200_000;
/** Characters in a block: browsers take the square of their number to lay out a text in one piece. */
const BLOCK_CHARACTERS = 10_000;

export interface CellView {
  column: string;
  /** Its row in the view, and the line of the file that this begins on, from 1. */
  row: number;
  line: number | null;
  /** The text, as far as the page has it. */
  text: string;
  /** Bytes in full of a cell that was cut on the page; null for a whole one. */
  cut: number | null;
}

/** Show a cell; `fetch` fetches the rest of one that was cut. */
export function openCell(
  host: HTMLElement,
  cell: CellView,
  fetch: () => Promise<CellAnswer>,
): void {
  const body = new Body();
  const note = h("p", { class: "tsv-note", "aria-live": "polite" });
  const foot = h("div", { class: "tsv-cell-foot" }, note, tools(body, `${cell.column}.txt`));
  body.showText(cell.text);
  openDialog(host, title(cell), body.element, foot);
  if (cell.cut === null) {
    setText(note, cell.text === "" ? texts.cellEmpty : length(cell.text));
    return;
  }
  setText(note, fill(texts.beginningRest, { size: bytes(cell.cut) }));
  fetch().then(
    (answer) => {
      body.showText(answer.text);
      setText(
        note,
        answer.cut ? partOf(answer) : `${length(answer.text)}, ${bytes(answer.bytes)}.`,
      );
    },
    (error: Error) =>
      setText(note, fill(texts.beginningWhy, { size: bytes(cell.cut ?? 0), why: error.message })),
  );
}

function title({ column, row, line }: CellView): string {
  const place = line === null ? "" : fill(texts.lineOfFileAfter, { n: line });
  return fill(texts.cellTitle, { column, row, place });
}

const partOf = (answer: CellAnswer): string =>
  fill(texts.firstOf, { length: length(answer.text), size: bytes(answer.bytes) });

const length = (text: string): string => fill(texts.characters, { n: [...text].length });

function tools(body: Body, name: string): HTMLElement {
  const press = async () =>
    setText(label, (await copyText(body.text, row)) ? texts.copied : texts.notCopied);
  const keep = () => save(body.text, name);
  const copy = button(texts.copy, { icon: "copy", kind: "small", onclick: () => void press() });
  const label = copy.lastElementChild as HTMLElement;
  const download = button(texts.download, { icon: "download", kind: "small", onclick: keep });
  const row = h("div", { class: "tsv-tools" }, body.more, copy, download);
  return row;
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The text, the beginning of it first. */
class Body {
  readonly element = h("pre", { class: "tsv-cell-text", dir: "auto", tabindex: 0 });
  readonly more: HTMLButtonElement;
  text = "";
  #shown = 0;

  constructor() {
    this.more = button(texts.showMore, { kind: "small", onclick: () => this.#add() });
  }

  showText(text: string): void {
    this.text = text;
    this.#shown = 0;
    this.element.replaceChildren();
    this.#add();
  }

  #add(): void {
    const stop = Math.min(this.#shown + SHOWN_CHARACTERS, this.text.length);
    while (this.#shown < stop) {
      const part = beginning(
        this.text.slice(this.#shown, this.#shown + BLOCK_CHARACTERS + 1),
        BLOCK_CHARACTERS,
      );
      const block = h("div");
      fillLines(block, part);
      this.element.append(block);
      this.#shown += part.length;
    }
    setAttr(this.more, "hidden", this.#shown >= this.text.length);
  }
}

/** Put a text of many lines into an element: a line end is shown and also ends the line. */
function fillLines(element: HTMLElement, text: string): void {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  for (const line of lines) {
    fillText(element, line);
    element.append(h("span", { class: "tsv-unseen", title: "U+000A" }, "␊"), "\n");
  }
  fillText(element, last);
}
