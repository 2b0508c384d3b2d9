// Waiting for the snapshot that an acknowledged change led to.

import type { Ack } from "../protocol/relay-messages.ts";
import type { Model } from "./model.ts";

const ARRIVAL_SECONDS = 5;

/** Wait for the snapshot that an op led to: its ack may come by a shorter way. */
export function waitForSnapshot(model: Model, ack: Ack): Promise<void> {
  const here = () => {
    const now = model.get("_state");
    return now !== null && (now.epoch !== ack.epoch || now.seq >= ack.seq);
  };
  if (here()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      model.off("change:_state", check);
      clearTimeout(timer);
      resolve();
    };
    const check = () => here() && done();
    const timer = setTimeout(done, ARRIVAL_SECONDS * 1000);
    model.on("change:_state", check);
  });
}
