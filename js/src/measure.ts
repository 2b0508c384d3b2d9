// How wide the texts of a page are on this screen.
import { visible } from "./format.ts";
import { PENDING, type Sheet } from "./sheet.ts";
import { WIDEST } from "./widths.ts";

/** Space around a cell's text, borders included; as in grid.css. */
const AROUND = 22;
/** Characters beyond which a text counts as wider than any column. */
const ENOUGH = 260;

/** The width each of the first `count` columns would like for its name and cells on this page. */
export function natural(sheet: Sheet, count: number, beside: HTMLElement): number[] {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return [];
  const { fontSize, fontFamily } = getComputedStyle(beside);
  const width = (text: string, weight: number) => {
    if (text.length > ENOUGH) return WIDEST;
    context.font = `${weight} ${fontSize} ${fontFamily}`;
    const drawn = visible(text).map((part) => part.text);
    return context.measureText(drawn.join("")).width + 3 * (drawn.length - 1);
  };
  return Array.from({ length: count }, (_, column) => {
    const name = width(sheet.name(column)?.text ?? "", 600);
    return Math.ceil(Math.max(name, width(longest(sheet, column), 400)) + AROUND);
  });
}

/** The text of a column that has most characters, wide ones counted twice. */
function longest(sheet: Sheet, column: number): string {
  let longest = "";
  let most = 0;
  for (let row = 0; row < sheet.height; row++) {
    const cell = sheet.cell(row, column);
    if (cell === undefined || cell === PENDING || cell.length * 2 <= most) continue;
    const length = cell.length > ENOUGH ? cell.length * 2 : cell.length + wide(cell);
    if (length <= most) continue;
    longest = cell;
    most = length;
  }
  return longest;
}

function wide(text: string): number {
  let wide = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x1100) wide++;
  return wide;
}
