// The texts of the front end in English. `{name}` is filled in; `n` of a plural is the number that it
// goes by. Each other language has a file like this one, with the same keys (test/texts).

export const en = {
  selectedFigures: "Sum {sum} · Mean {mean} · Min {min} · Max {max}",
  selectedNumbers: { one: "{n} number", other: "{n} numbers" },
  selectedOthers: "{others} not",
  selectedNone: { one: "{n} cell, no number", other: "{n} cells, no number" },
  selectedPending: "{pending} more not loaded",
  selectedTooMany: "{cells} cells: too many to add up here",
  undefinedNumber: "undefined",
  hideColumn: "Hide",
  unpinColumn: "Unpin",
  pinColumn: "Pin",
  moveLeft: "Move left",
  moveRight: "Move right",
  selectColumn: "Select",
  copyColumn: "Copy",
  replace: "Replace",
  ownFind:
    "The browser finds only rows that are drawn, those in sight. Ctrl+F in the table finds in all rows, and Search, above it (key /), shows only those.",
} as const;
