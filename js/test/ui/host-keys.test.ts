import assert from "node:assert/strict";
import { test } from "node:test";
import { isForHost, opensFind } from "../../src/ui/host-keys.ts";
import { press } from "../press.ts";

const PLAIN = [..."abcdefghijklmnopqrstuvwxyz0123456789", "Delete", "Backspace", "Escape", "Enter"];
const MOVES = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageDown", " "];

test("no key of a part is a command of the host, alone or with others", () => {
  for (const held of ["", "Shift+", "Ctrl+", "Meta+", "Alt+", "Ctrl+Shift+", "Ctrl+Alt+"]) {
    for (const key of [...PLAIN, ...MOVES]) {
      const written = held + key;
      if (/^(Ctrl|Meta)\+s$|^Ctrl\+Shift\+c$/.test(written)) continue;
      assert.equal(isForHost(press(written), false), false, written);
    }
  }
});

test("saving, the commands of the host and Tab are for the host", () => {
  for (const key of ["Ctrl+s", "Ctrl+S", "Meta+s", "Ctrl+Shift+C", "Tab", "Shift+Tab"]) {
    assert.ok(isForHost(press(key), false), key);
  }
});

test("from a cell of the table the cell of the notebook runs, and from nothing else", () => {
  assert.ok(isForHost(press("Shift+Enter"), true));
  assert.equal(isForHost(press("Shift+Enter"), false), false);
  for (const key of ["Enter", "Ctrl+Enter", "Alt+Enter", "Ctrl+Shift+Enter"]) {
    assert.equal(isForHost(press(key), true), false, key);
  }
});

test("the browser's own find is known by its keys", () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  const opens = (key: string, held: Partial<typeof none> = {}) =>
    opensFind({ ...none, key, ...held });
  assert.deepEqual(
    [opens("f", { ctrlKey: true }), opens("F", { metaKey: true }), opens("F3")],
    [true, true, true],
  );
  const others = [opens("f"), opens("f", { ctrlKey: true, shiftKey: true }), opens("F4")];
  assert.deepEqual(others, [false, false, false]);
});
