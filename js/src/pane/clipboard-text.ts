// Cells as text and HTML for the clipboard, as other programs read them. Pure.

/** Rows of cells; undefined is a missing one. */
export type Cells = (string | undefined)[][];

/**
 * Tab-separated text as spreadsheets and pandas read it: a cell stands in quotes only if it would
 * be taken for several, or for a quoted one, without. One cell alone is its text, verbatim.
 */
export function asText(cells: Cells): string {
  if (cells.length === 1 && cells[0]?.length === 1) return cells[0][0] ?? "";
  return cells.map((row) => row.map(quoted).join("\t")).join("\n");
}

const quoted = (cell = ""): string =>
  /[\t\n\r]|^"/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** A number that spreadsheets show as it is: no zeros before it, no more digits than they keep. */
const PLAIN_NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/;

/** A table of HTML whose cells spreadsheets leave as they are: 007 stays 007, SEPT2 no date. */
export function asHtml(cells: Cells, header: boolean): string {
  const rows = cells.map((row, i) => {
    const tag = header && i === 0 ? "th" : "td";
    return `<tr>${row.map((cell) => htmlCell(tag, cell)).join("")}</tr>`;
  });
  return `<meta charset="utf-8"><table>${rows.join("")}</table>`;
}

function htmlCell(tag: "td" | "th", text = ""): string {
  const verbatim = text !== "" && (!PLAIN_NUMBER.test(text) || significant(text) > 15);
  const format = verbatim ? ` style="mso-number-format:'\\@';white-space:pre-wrap"` : "";
  return `<${tag}${format}>${escaped(text)}</${tag}>`;
}

const significant = (number: string): number => number.replace(/^[-0.]*|\D/g, "").length;

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text of HTML; a line end within a cell stays in that cell. */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char)
    .replace(/\r\n?|\n/g, '<br style="mso-data-placement:same-cell">');
