// The texts of the front end in German; en.ts says what stands for what.

import type { Translation } from "./texts.ts";

export const de = {
  selectedFigures: "Summe {sum} · Mittel {mean} · Min {min} · Max {max}",
  selectedNumbers: { one: "{n} Zahl", other: "{n} Zahlen" },
  selectedOthers: "{others} nicht",
  selectedNone: { one: "{n} Zelle, keine Zahl", other: "{n} Zellen, keine Zahl" },
  selectedPending: "{pending} weitere nicht geladen",
  selectedTooMany: "{cells} Zellen: zu viele, um sie hier zu addieren",
  undefinedNumber: "undefiniert",
  hideColumn: "Ausblenden",
  unpinColumn: "Lösen",
  pinColumn: "Anheften",
  moveLeft: "Nach links",
  moveRight: "Nach rechts",
  selectColumn: "Auswählen",
  copyColumn: "Kopieren",
  replace: "Ersetzen",
  ownFind:
    "Der Browser findet nur gezeichnete Zeilen, also die sichtbaren. Strg+F in der Tabelle findet in allen Zeilen, und Suchen, darüber (Taste /), zeigt nur die Treffer.",
} as const satisfies Translation;
