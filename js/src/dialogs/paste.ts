// Cells pasted over a table: they replace it or are added to it, and whoever pastes is asked which.

import { decodeRefusal } from "../protocol/codec.ts";
import { fill, texts } from "../texts/texts.ts";
import { openDialog } from "../ui/dialog.ts";
import { button, h, setAttr, setDisabled, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { pastedRows, withoutHeader } from "../words/pasted.ts";

/** A file of what was pasted, character by character. */
export const pastedFile = (text: string): File =>
  new File([text], texts.pastedFileName, { type: "text/tab-separated-values" });

/** Ask what is to become of pasted cells; `onreplace` gets them as a file. */
export function openPaste(
  host: HTMLElement,
  viewer: Viewer,
  text: string,
  onreplace: (file: File) => void,
): void {
  const rows = pastedRows(text);
  const width = Math.max(0, ...rows.map(({ length }) => length));
  const size = fill(texts.rowsOfCells, {
    rows: fill(texts.rows, { n: rows.length }),
    cells: fill(texts.cells, { n: width }),
  });
  const name = viewer.document?.table?.name ?? "";
  const failure = h("p", { class: "tsv-failure", role: "alert", hidden: true });
  const replace = button(texts.replaceTable, {
    onclick: () => {
      box.close();
      onreplace(pastedFile(text));
    },
  });
  const append = button(texts.addToEnd, {
    kind: "primary",
    onclick: () => {
      setDisabled(append, true);
      appendRows(viewer, rows).then(
        () => box.close(),
        (error: Error) => {
          setText(failure, sentence(error.message));
          setAttr(failure, "hidden", false);
          setDisabled(append, false);
        },
      );
    },
  });
  const cancel = button(texts.cancel, { onclick: () => box.close() });
  const buttons = h("div", { class: "tsv-form-buttons" }, append, replace, cancel);
  const words = h("p", { dir: "auto" }, fill(texts.pastedOver, { size, name }));
  const box = openDialog(host, texts.pastedCells, words, failure, buttons);
  append.focus();
}

/** Add rows to the end of the table; a first one that repeats the header is left out. */
async function appendRows(viewer: Viewer, rows: string[][]): Promise<void> {
  const { link, liveness, document: shared, names } = viewer;
  const width = rows[0]?.length ?? 0;
  const known = Array.from({ length: width }, (_, column) => names.known(column));
  const body = JSON.stringify(withoutHeader(rows, known));
  const url = `${link?.base}/d/${link?.uuid}/table?format=rows&table=${shared?.table?.id}`;
  const headers: Record<string, string> = liveness.key ? { "X-TSVShare-Key": liveness.key } : {};
  const answer = await fetch(url, { method: "POST", headers, body }).catch(() => null);
  if (answer === null) throw new Error(texts.relayUnreachable);
  if (!answer.ok) throw decodeRefusal(answer.status, await answer.text());
}
