import assert from "node:assert/strict";
import { test } from "node:test";
import { watchKernel } from "../../src/app/kernel-end.ts";

type Slot<Argument> = (sender: unknown, argument: Argument) => void;

class Signal<Argument> {
  readonly slots = new Set<Slot<Argument>>();
  connect = (slot: Slot<Argument>) => this.slots.add(slot);
  disconnect = (slot: Slot<Argument>) => this.slots.delete(slot);
  emit = (argument: Argument) => {
    for (const slot of this.slots) slot(this, argument);
  };
}

function watched() {
  const kernel = { statusChanged: new Signal<string>(), disposed: new Signal<unknown>() };
  const doubts = new Set<() => void>();
  const model = {
    widget_manager: { kernel },
    on: (_: string, handler: () => void) => doubts.add(handler),
    off: (_: string, handler: () => void) => doubts.delete(handler),
  };
  const said: string[] = [];
  const leave = new AbortController();
  const events = { onend: () => said.push("end"), ondoubt: () => said.push("doubt") };
  watchKernel(model, events, leave.signal);
  return { kernel, doubts, said, leave };
}

test("a kernel that restarts, dies or is shut down has ended; a busy one has not", () => {
  const { kernel, said } = watched();
  for (const status of ["busy", "idle", "unknown", "starting"]) kernel.statusChanged.emit(status);
  assert.deepEqual(said, []);
  for (const status of ["restarting", "autorestarting", "terminating", "dead"]) {
    kernel.statusChanged.emit(status);
  }
  kernel.disposed.emit(undefined);
  assert.deepEqual(said, Array(5).fill("end"));
});

test("a comm that closes is a reason to doubt, and a view that goes watches no more", () => {
  const { kernel, doubts, said, leave } = watched();
  for (const handler of doubts) handler();
  assert.deepEqual(said, ["doubt"]);
  leave.abort();
  const { statusChanged, disposed } = kernel;
  assert.deepEqual([statusChanged.slots.size, disposed.slots.size, doubts.size], [0, 0, 0]);
});

test("hosts that say nothing of their kernel are watched as far as they can be", () => {
  const model = { on: () => {}, off: () => {} };
  watchKernel(model, { onend: () => {}, ondoubt: () => {} }, new AbortController().signal);
});
