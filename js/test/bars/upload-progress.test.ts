import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, uploadProgressText } from "../../src/bars/upload-progress.ts";
import type { Snapshot, TableState } from "../../src/protocol/state.ts";
import { Kernel } from "../kernel.ts";

const kernel = new Kernel();
const known = kernel.get("_state") as Snapshot;
const table = known.state.table as TableState;

test("progress of one's own upload has its speed, and an end that the relay needs time for", () => {
  const upload = { name: "a.tsv", sent: 500, total: 1000, speed: 100 };
  assert.deepEqual(uploadProgressText(upload, table), {
    part: 0.5,
    text: "a.tsv: 500 bytes of 1 kB, 100 bytes/s, 5 seconds left",
  });
  assert.equal(uploadProgressText({ ...upload, sent: 1000 }, null)?.part, null);
});

test("what is left is told as people tell time", () => {
  assert.equal(duration(0.2), "1 second");
  assert.equal(duration(8.4), "8 seconds");
  assert.equal(duration(150), "3 minutes");
  assert.equal(duration(9000), "3 hours");
});

test("progress of what others upload is known by the shared state", () => {
  const coming = { ...table, status: "receiving", bytes: 250, total_bytes: 1000 } as TableState;
  assert.equal(uploadProgressText(null, coming)?.part, 0.25);
  assert.equal(uploadProgressText(null, { ...coming, total_bytes: null })?.part, null);
  assert.equal(uploadProgressText(null, { ...coming, bytes: 0, total_bytes: 0 })?.part, 1);
  assert.equal(uploadProgressText(null, table), null);
  assert.equal(uploadProgressText(null, null), null);
});
