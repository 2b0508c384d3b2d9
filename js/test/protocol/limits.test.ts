import assert from "node:assert/strict";
import { test } from "node:test";
import * as limits from "../../src/protocol/limits.ts";
import { CLOSE, isFinal, PROTOCOL_VERSION, SUBPROTOCOL } from "../../src/protocol/messages.ts";
import { contract } from "../contracts.ts";

const kept = contract<{
  version: number;
  subprotocol: string;
  limits: Record<string, number>;
  close_codes: Record<string, number>;
  final: { code: number; final: boolean }[];
}>("limits");

test("the limits are those of the relay and the kernel", () => {
  assert.deepEqual({ ...limits }, kept.limits);
  assert.deepEqual([PROTOCOL_VERSION, SUBPROTOCOL], [kept.version, kept.subprotocol]);
});

test("the close codes, and which of them are final", () => {
  assert.deepEqual(CLOSE, kept.close_codes);
  for (const { code, final } of kept.final) assert.equal(isFinal(code), final, `${code}`);
});
