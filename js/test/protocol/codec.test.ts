import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeRefusal, decodeRelay } from "../../src/protocol/codec.ts";

const path = new URL("../../../tests/golden/protocol.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8"));

for (const [name, message] of Object.entries<{ type: string }>(golden.relay)) {
  test(`the relay's ${name} is read as it is`, () => {
    assert.deepEqual(decodeRelay(JSON.stringify(message)), message);
  });

  test(`the relay's ${name} without one of its fields is not trusted`, () => {
    const added = message.type === "welcome" ? ["access", "look_key"] : [];
    const optional = new Set(["type", "v", "by", "you", "token", "apart", ...added]);
    for (const field of Object.keys(message).filter((field) => !optional.has(field))) {
      const { [field]: _, ...rest } = message as Record<string, unknown>;
      assert.equal(decodeRelay(JSON.stringify(rest)), null, `without ${field}`);
    }
  });
}

test("fields of a later version do not disturb", () => {
  assert.deepEqual(decodeRelay('{"type":"presence","viewers":3,"people":[],"more":1}'), {
    type: "presence",
    viewers: 3,
    people: [],
    more: 1,
  });
});

test("what is no message of the relay is null", () => {
  for (const { text } of Object.values<{ text: string }>(golden.invalid)) {
    assert.equal(decodeRelay(text), null, text);
  }
  for (const text of ["null", '{"type":"constructor"}', '{"type":"presence","viewers":"3"}']) {
    assert.equal(decodeRelay(text), null, text);
  }
});

test("an HTTP error has the relay's own words if it has any", () => {
  const body = '{"error": {"code": "bad_table", "message": "not text"}}';
  const { code, message } = decodeRefusal(422, body);
  assert.deepEqual([code, message], ["bad_table", "not text"]);
  assert.match(decodeRefusal(502, "<html>").message, /HTTP 502/);
});
