import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf } from "../../../src/grid/selecting/keys.ts";
import { HEADER, moveBy } from "../../../src/grid/selecting/move.ts";
import { press } from "../../press.ts";

const size = { width: 4, height: 3 };
const at = (row: number, column: number) => ({ row, column });
const cell = at(1, 1);
const header = at(HEADER, 1);

test("arrows move by one, stop at the sides, and go into the header", () => {
  assert.deepEqual(moveBy("ArrowRight", false, at(1, 1), size), at(1, 2));
  assert.deepEqual(moveBy("ArrowRight", false, at(1, 3), size), at(1, 3));
  assert.deepEqual(moveBy("ArrowLeft", false, at(0, 0), size), at(0, 0));
  assert.deepEqual(moveBy("ArrowUp", false, at(0, 2), size), at(HEADER, 2));
  assert.deepEqual(moveBy("ArrowDown", false, header, size), at(0, 1));
});

test("beyond the last row and above the header are other pages", () => {
  assert.equal(moveBy("ArrowDown", false, at(2, 1), size), "behind");
  assert.equal(moveBy("ArrowUp", false, header, size), "before");
  assert.equal(moveBy("ArrowDown", false, header, { width: 4, height: 0 }), "behind");
});

test("with Ctrl arrows go to the edges of the page, and no further at once", () => {
  assert.deepEqual(moveBy("ArrowDown", true, at(0, 1), size), at(2, 1));
  assert.deepEqual(moveBy("ArrowUp", true, at(2, 1), size), at(0, 1));
  assert.deepEqual(moveBy("ArrowRight", true, at(1, 0), size), at(1, 3));
});

test("Home and End go along the row", () => {
  assert.deepEqual(moveBy("End", false, at(1, 1), size), at(1, 3));
  assert.deepEqual(moveBy("Home", false, header, size), at(HEADER, 0));
});

test("other keys move nothing, and in a table without columns none do", () => {
  assert.equal(moveBy("a", false, cell, size), null);
  assert.equal(moveBy("ArrowDown", false, at(0, 0), { width: 0, height: 0 }), null);
});

test("keys do in a cell what is written in the list", () => {
  const does: [string, object][] = [
    ["ArrowDown", { do: "move", key: "ArrowDown", far: false, extend: false }],
    ["Shift+ArrowDown", { do: "move", key: "ArrowDown", far: false, extend: true }],
    ["Ctrl+Shift+ArrowDown", { do: "move", key: "ArrowDown", far: true, extend: true }],
    ["Meta+ArrowLeft", { do: "move", key: "ArrowLeft", far: true, extend: false }],
    ["PageDown", { do: "turn", by: 1 }],
    ["PageUp", { do: "turn", by: -1 }],
    ["Ctrl+Home", { do: "first" }],
    ["Ctrl+End", { do: "last" }],
    ["Enter", { do: "open" }],
    ["F2", { do: "open" }],
    [" ", { do: "select", what: "cell" }],
    ["Shift+ ", { do: "select", what: "row" }],
    ["Ctrl+ ", { do: "select", what: "column" }],
    ["Ctrl+a", { do: "select", what: "page" }],
    ["Ctrl+c", { do: "copy" }],
    ["Alt+ArrowDown", { do: "menu" }],
    ["Shift+F10", { do: "menu" }],
    ["ContextMenu", { do: "menu" }],
    ["Escape", { do: "leave" }],
    ["Shift+?", { do: "help" }],
  ];
  for (const [key, action] of does) assert.deepEqual(actionOf(press(key), cell), action, key);
});

test("on a header some of them do something else", () => {
  const does: [string, object][] = [
    ["Enter", { do: "sort", additive: false }],
    ["Shift+Enter", { do: "sort", additive: true }],
    [" ", { do: "select", what: "column" }],
    ["Shift++", { do: "resize", by: 1 }],
    ["-", { do: "resize", by: -1 }],
    ["Ctrl+Shift+ArrowLeft", { do: "shift", by: -1 }],
    ["Ctrl+Shift+ArrowRight", { do: "shift", by: 1 }],
    ["ArrowLeft", { do: "move", key: "ArrowLeft", far: false, extend: false }],
  ];
  for (const [key, action] of does) assert.deepEqual(actionOf(press(key), header), action, key);
});

test("what hosts and browsers do with other keys is not done here", () => {
  for (const key of ["Ctrl+s", "Ctrl+f", "Ctrl+Shift+c", "Alt+ArrowLeft", "Tab", "Shift+Enter"]) {
    assert.equal(actionOf(press(key), cell), null, key);
  }
});
