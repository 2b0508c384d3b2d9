import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { waitForSnapshot } from "../../src/link/arrival.ts";
import { Kernel, settle } from "../kernel.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** Whether the snapshot of an ack is here, from when it is. */
function watch(kernel: Kernel, seq: number, epoch = "e") {
  const watched = { here: false };
  void waitForSnapshot(kernel, { type: "ack", id: "", epoch, seq }).then(() => {
    watched.here = true;
  });
  return watched;
}

test("a snapshot that is as new as the ack, or of another epoch, is here already", async () => {
  const kernel = new Kernel();
  const watched = [watch(kernel, kernel.seq), watch(kernel, 99, "another epoch")];
  await settle();
  assert.deepEqual(
    watched.map(({ here }) => here),
    [true, true],
  );
});

test("an ack that comes before its snapshot waits for that", async () => {
  const kernel = new Kernel();
  const watched = watch(kernel, kernel.seq + 2);
  kernel.turn(2);
  await settle();
  assert.equal(watched.here, false);
  kernel.turn(3);
  await settle();
  assert.equal(watched.here, true);
});

test("a snapshot that never comes is waited for five seconds", async () => {
  const watched = watch(new Kernel(), 99);
  mock.timers.tick(4999);
  await settle();
  assert.equal(watched.here, false);
  mock.timers.tick(1);
  await settle();
  assert.equal(watched.here, true);
});
