import assert from "node:assert/strict";
import { test } from "node:test";
import { AS_IN_FILE } from "../../src/grid/arranging/arrangement.ts";
import { arrangementOf } from "../../src/pane/kept-arrangements.ts";

function memory(text: string | null = null) {
  let kept = text;
  const set = (next: string | null) => {
    kept = next;
  };
  return { get: () => kept, set };
}

test("each document has its own arrangement, and one that is as in the file takes no room", () => {
  const stored = memory();
  const [a, b] = ["a", "b"].map((uuid) => arrangementOf(() => uuid, stored));
  const pinned = { ...AS_IN_FILE, pinned: ["0:x"] };
  a?.set(pinned);
  b?.set({ ...AS_IN_FILE, hidden: ["0:y"] });
  assert.deepEqual(a?.get(), pinned);
  b?.set(AS_IN_FILE);
  a?.set(AS_IN_FILE);
  assert.equal(stored.get(), null);
});

test("the documents that were arranged longest ago are forgotten", () => {
  const stored = memory();
  for (let i = 0; i < 60; i++)
    arrangementOf(() => `d${i}`, stored).set({ ...AS_IN_FILE, pinned: ["0:x"] });
  assert.deepEqual(arrangementOf(() => "d9", stored).get(), AS_IN_FILE);
  assert.deepEqual(arrangementOf(() => "d10", stored).get().pinned, ["0:x"]);
});

test("what somebody else wrote there is nothing", () => {
  for (const text of ["{", "7", "[]", '{"a": 5}'])
    assert.deepEqual(arrangementOf(() => "a", memory(text)).get(), AS_IN_FILE);
});
