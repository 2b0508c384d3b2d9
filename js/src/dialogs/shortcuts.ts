// The list of keyboard shortcuts in the table.
import { openDialog } from "../ui/dialog.ts";
import { h } from "../ui/dom.ts";

const LISTS: [title: string, keys: [keys: string, does: string][]][] = [
  [
    "Move",
    [
      ["← → ↑ ↓", "to the next cell; beyond the last row to the next page"],
      ["Home, End", "to the first or last column"],
      ["Ctrl ← → ↑ ↓", "to the edge of the page"],
      ["Page Up, Page Down", "to the previous or next page"],
      ["Ctrl Home, Ctrl End", "to the first or last page"],
      ["/", "to the search"],
      ["G", "to a column, by its name"],
      ["R", "to a row, by its number"],
      ["Ctrl F", "find a text: Enter for the next hit, Shift Enter for the one before"],
    ],
  ],
  [
    "On a column's name",
    [
      ["Enter", "sort by it; again: the other way round, then not at all"],
      ["Shift Enter", "sort by it after the columns sorted by already"],
      ["Alt ↓", "its menu: sort, filter, what is in it, hide, pin"],
      ["+, −", "make it wider or narrower"],
      ["Ctrl Shift ← →", "move it"],
    ],
  ],
  [
    "Select and copy",
    [
      ["Shift ← → ↑ ↓", "select cells"],
      ["Space", "select the cell"],
      ["Shift Space", "select the row"],
      ["Ctrl Space", "select the column"],
      ["Ctrl A", "select the page"],
      ["Ctrl C", "copy"],
      ["Ctrl Z, Ctrl Y", "ask as before, as after that"],
      ["Enter, F2", "show the cell in full"],
      ["V", "show the row downwards; ← → go to the next one"],
      ["T", "show the page on its side"],
      ["Shift F10", "what can be done with the cell"],
      ["Esc", "select nothing; again: leave the table"],
    ],
  ],
];

/** Open the list; on a Mac with the keys that are there. */
export function openShortcuts(host: HTMLElement): void {
  const mac = /mac/i.test(navigator.platform);
  const lists = LISTS.flatMap(([title, keys]) => [
    h("h3", {}, title),
    h("dl", { class: "tsv-keys" }, ...keys.flatMap(([name, does]) => entry(name, does, mac))),
  ]);
  openDialog(
    host,
    "Keys in the table",
    h("div", { class: "tsv-shortcuts", tabindex: 0 }, h("div", {}, ...lists)),
  );
}

function entry(name: string, does: string, mac: boolean): HTMLElement[] {
  const shown = mac ? name.replaceAll("Ctrl", "⌘").replaceAll("Alt", "⌥") : name;
  return [h("dt", {}, h("kbd", {}, shown)), h("dd", {}, does)];
}
