// How one column looks: its colours, and the format of its numbers. A part of the column's menu.

import type { Heatmap } from "../protocol/query.ts";
import { texts } from "../texts/texts.ts";
import { button, h, setAttr } from "../ui/dom.ts";
import type { NumberFormat } from "./number-format.ts";

const formats = () =>
  [
    ["", texts.asInFile],
    ["decimals", texts.decimals],
    ["percent", texts.perCent],
    ["scientific", texts.scientific],
  ] as const;

export interface ColumnLook {
  heatmap: Heatmap | null;
  format: NumberFormat | null;
  colour(heatmap: Heatmap | null): void;
  setFormat(format: NumberFormat | null): void;
}

/** The controls of a column of numbers. */
export function columnLook(column: number, look: ColumnLook): HTMLElement {
  return h(
    "section",
    { class: "tsv-column-look", "aria-label": texts.look },
    ...[heatButton(column, look), ...formatFields(look)],
  );
}

/** Whether a heatmap colours a column. */
export const colours = (heatmap: Heatmap | null, column: number): boolean =>
  heatmap !== null && (!heatmap.columns || heatmap.columns.includes(column));

/** A heatmap with one column more, or one less; null: none is left. */
export function toggled(heatmap: Heatmap | null, column: number): Heatmap | null {
  const named = heatmap?.columns ?? [];
  if (!colours(heatmap, column)) return { ...heatmap, columns: [...named, column] };
  const left = named.filter((other) => other !== column);
  return left.length > 0 ? { ...heatmap, columns: left } : null;
}

function heatButton(column: number, look: ColumnLook): HTMLElement {
  const press = button(texts.heatmap, {
    kind: "small",
    onclick: () => {
      look.heatmap = toggled(look.heatmap, column);
      look.colour(look.heatmap);
      setAttr(press, "aria-pressed", String(colours(look.heatmap, column)));
    },
  });
  setAttr(press, "aria-pressed", String(colours(look.heatmap, column)));
  return press;
}

function formatFields({ format, setFormat }: ColumnLook): HTMLElement[] {
  const kind = h("select", { "aria-label": texts.shownAs });
  for (const [value, label] of formats()) kind.append(h("option", { value }, label));
  const digits = h("input", { type: "number", min: 0, max: 15, "aria-label": texts.decimals });
  const thousands = h("input", { type: "checkbox" });
  kind.value = format?.kind ?? "";
  digits.value = format?.digits === null ? "" : String(format?.digits ?? 2);
  thousands.checked = format?.thousands ?? false;
  const label = h("label", { class: "tsv-check" }, thousands, texts.thousands);
  const update = () => {
    for (const field of [digits, label]) setAttr(field, "hidden", kind.value === "");
    const wanted = digits.value === "" ? null : digits.valueAsNumber;
    const chosen = kind.value as NumberFormat["kind"] | "";
    const part = { digits: wanted, thousands: thousands.checked };
    return chosen === "" ? null : { kind: chosen, ...part };
  };
  for (const field of [kind, digits, thousands])
    field.addEventListener("change", () => setFormat(update()));
  update();
  return [kind, digits, label];
}
