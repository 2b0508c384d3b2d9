import assert from "node:assert/strict";
import { test } from "node:test";
import { darkPath } from "../../src/dialogs/qr.ts";

test("dark modules are drawn as runs", () => {
  assert.equal(
    darkPath([
      [true, true, false, true],
      [false, false, false, false],
    ]),
    "M0 0h2v1h-2zM3 0h1v1h-1z",
  );
});
