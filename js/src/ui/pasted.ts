// Cells on the clipboard: their text as it is; their HTML only where there is no text.
import { textOfRows } from "../words/pasted.ts";

/** The text of what was pasted; empty if there is none. */
export function pastedText(data: DataTransfer | null): string {
  const text = data?.getData("text/plain") ?? "";
  if (text !== "" || !data) return text;
  return textOfRows(rowsOfHtml(data.getData("text/html")));
}

/** The cells of the first table in a text of HTML, which is never put on the page. */
function rowsOfHtml(html: string): string[][] {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  const cells = (row: HTMLTableRowElement) => [...row.cells].map((cell) => textOf(cell));
  return [...(table?.rows ?? [])].map(cells);
}

const textOf = (cell: Element): string => (cell.textContent ?? "").replace(/\s+/g, " ").trim();

/** Whether an element takes what is pasted by itself. */
export const takesPaste = (event: Event): boolean => {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.matches("input, textarea, select") || target.isContentEditable)
  );
};
