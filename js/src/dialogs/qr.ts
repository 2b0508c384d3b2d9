// QR codes of links.

import { encode } from "uqr";
import { fill, texts } from "../texts/texts.ts";
import { setAttr } from "../ui/dom.ts";

/** Light modules around the dark ones, without which phones find nothing. */
const BORDER_MODULES = 4;
const SVG = "http://www.w3.org/2000/svg";

/** A QR code of a text; `name` says what it leads to. */
export function qrCode(text: string, name: string): SVGSVGElement {
  const { data, size } = encode(text, { ecc: "M", border: BORDER_MODULES });
  const svg = document.createElementNS(SVG, "svg");
  const dark = document.createElementNS(SVG, "path");
  setAttr(svg, "viewBox", `0 0 ${size} ${size}`);
  setAttr(svg, "class", "tsv-qr");
  setAttr(svg, "role", "img");
  setAttr(svg, "aria-label", fill(texts.qrCodeOf, { name }));
  setAttr(dark, "d", darkPath(data));
  svg.append(dark);
  return svg;
}

/** The dark modules as runs, row by row. */
export function darkPath(data: boolean[][]): string {
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      let run = 1;
      while (row[x + run]) run++;
      path += `M${x} ${y}h${run}v1h-${run}z`;
      x += run;
    }
  });
  return path;
}
