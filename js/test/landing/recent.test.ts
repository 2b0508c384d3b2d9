import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentTables } from "../../src/landing/recent.ts";

function tables(text: string | null = null) {
  const kept = {
    text,
    get: () => kept.text,
    set: (next: string | null) => {
      kept.text = next;
    },
  };
  return { kept, recent: new RecentTables("http://relay", kept) };
}

const table = (uuid: string, key: string | null = "k", at = 1) => ({ uuid, key, name: uuid, at });

test("the newest table comes first, each once, and only so many", () => {
  const { recent } = tables();
  for (let n = 0; n < 30; n++) recent.add(table(`t${n}`));
  recent.add(table("t20"));
  assert.equal(recent.list.length, 20);
  assert.deepEqual(
    recent.list.slice(0, 3).map(({ uuid }) => uuid),
    ["t20", "t29", "t28"],
  );
});

test("a key that is known is not lost by a visit without it", () => {
  const { recent } = tables();
  recent.add(table("t", "secret"));
  recent.add(table("t", null, 2));
  assert.deepEqual(recent.list, [{ uuid: "t", key: "secret", name: "t", at: 2 }]);
});

test("one is forgotten, or all, and nothing is left of them", () => {
  const { kept, recent } = tables();
  recent.add(table("a"));
  recent.add(table("b"));
  recent.forget("a");
  assert.deepEqual(recent.list, [table("b")]);
  recent.forget("b");
  assert.equal(kept.text, null);
  recent.add(table("c"));
  recent.forgetAll();
  assert.equal(kept.text, null);
});

test("what cannot be read is nothing", () => {
  for (const text of ["{", "7", '{"a":1}', '[{"uuid":1}, null, 3]', '[{"uuid":"a"}]'])
    assert.deepEqual(tables(text).recent.list, []);
});
