// The formats in which the rows on the screen can be downloaded: those that the relay can write.

import { tableUrl } from "../link/model.ts";
import { EVERYTHING } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { h } from "../ui/dom.ts";
import { downloadLink } from "../ui/download.ts";
import { openPopup } from "../ui/popup.ts";
import { TableDownloads } from "../view/files/table-downloads.ts";
import type { Viewer } from "../view/viewer.ts";

/** What a format of the relay is called, and what else stands in its address. */
const offered = (): [format: string, label: string, more: string][] => [
  ["tsv", "TSV", ""],
  ["csv", "CSV", ""],
  ["csv", texts.csvForExcel, "&bom=1"],
  ["xlsx", texts.excelWorkbook, ""],
  ["parquet", "Parquet", ""],
];

/** What a sheet of Excel has room for. */
const SHEET = { rows: 1_048_575, columns: 16_384 };

/** The names of the formats on offer, with the end of the address of each. */
export function offeredFormats(
  formats: readonly string[],
  rows: number,
  columns: number,
): [label: string, address: string][] {
  const fits = rows <= SHEET.rows && columns <= SHEET.columns;
  return offered()
    .filter(([name]) => formats.includes(name) && (name !== "xlsx" || fits))
    .map(([name, label, more]) => [label, `&format=${name}${more}`]);
}

/** Offer the rows that are shown, in their order, as files; a chosen one closes this. */
export function openFormats(host: HTMLElement, beside: Element, viewer: Viewer): void {
  const { link, view, document } = viewer;
  const url = tableUrl(link);
  if (url === null || view === null) return;
  const query = encodeURIComponent(JSON.stringify(view.query ?? EVERYTHING));
  const formats = offeredFormats(
    link?.limits?.formats ?? ["tsv"],
    view.n_rows,
    document?.table?.columns ?? 0,
  );
  const links = formats.map(([label, address]) => {
    const choice = downloadLink("tsv-button small quiet", new TableDownloads(viewer));
    choice.href = `${url}?view=1&query=${query}${address}`;
    choice.append(label);
    choice.addEventListener("click", () => setTimeout(() => box.close()));
    return choice;
  });
  const title = fill(texts.downloadRowsAs, { rows: fill(texts.rows, { n: view.n_rows }) });
  const box = openPopup(host, beside, title, h("div", { class: "tsv-cell-menu" }, ...links));
  links[0]?.focus();
}
