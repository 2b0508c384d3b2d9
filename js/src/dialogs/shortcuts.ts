// The list of keyboard shortcuts in the table.
import { texts } from "../texts/texts.ts";
import { openDialog } from "../ui/dialog.ts";
import { h } from "../ui/dom.ts";

const lists = (): [title: string, keys: [keys: string, does: string][]][] => [
  [
    texts.keysMove,
    [
      ["← → ↑ ↓", texts.keyNextCell],
      [texts.keyHomeEnd, texts.keyEnds],
      [`${texts.ctrl} ← → ↑ ↓`, texts.keyEdge],
      [texts.keyPages, texts.keyTurn],
      [texts.keyCtrlHome, texts.keyFirstLast],
      ["/", texts.keySearch],
      ["G", texts.keyColumn],
      ["R", texts.keyRow],
      [`${texts.ctrl} F`, texts.keyFind],
    ],
  ],
  [
    texts.keysName,
    [
      [texts.enter, texts.keySort],
      [`${texts.shift} ${texts.enter}`, texts.keySortToo],
      ["Alt ↓", texts.keyMenu],
      ["+, −", texts.keyWider],
      [`${texts.ctrl} ${texts.shift} ← →`, texts.keyMoveColumn],
    ],
  ],
  [
    texts.keysSelect,
    [
      [`${texts.shift} ← → ↑ ↓`, texts.keySelectCells],
      [texts.space, texts.keySelectCell],
      [`${texts.shift} ${texts.space}`, texts.keySelectRow],
      [`${texts.ctrl} ${texts.space}`, texts.keySelectColumn],
      [`${texts.ctrl} A`, texts.keySelectPage],
      [`${texts.ctrl} C`, texts.keyCopy],
      [`${texts.ctrl} Z, ${texts.ctrl} Y`, texts.keyBefore],
      [`${texts.enter}, F2`, texts.keyShowCell],
      ["V", texts.keyRecord],
      ["T", texts.keyTranspose],
      [`${texts.shift} F10`, texts.keyCellMenu],
      ["Esc", texts.keyNothing],
    ],
  ],
];

/** Open the list; on a Mac with the keys that are there. */
export function openShortcuts(host: HTMLElement): void {
  const mac = /mac/i.test(navigator.platform);
  const all = lists().flatMap(([title, keys]) => [
    h("h3", {}, title),
    h("dl", { class: "tsv-keys" }, ...keys.flatMap(([name, does]) => entry(name, does, mac))),
  ]);
  openDialog(
    host,
    texts.keysTitle,
    h("div", { class: "tsv-shortcuts", tabindex: 0 }, h("div", {}, ...all)),
  );
}

function entry(name: string, does: string, mac: boolean): HTMLElement[] {
  const shown = mac ? name.replaceAll(texts.ctrl, "⌘").replaceAll("Alt", "⌥") : name;
  return [h("dt", {}, h("kbd", {}, shown)), h("dd", {}, does)];
}
