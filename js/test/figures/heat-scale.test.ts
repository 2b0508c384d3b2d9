import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contrast,
  heatColour,
  heatRules,
  STEPS,
  stepOf,
  textOn,
} from "../../src/figures/heat-scale.ts";

test("every number on a colour can be read: 4.5 to 1 at least", () => {
  for (let step = 0; step < STEPS; step++) {
    const colour = heatColour(step);
    assert.ok(contrast(textOn(colour), colour) >= 4.5, `step ${step}: ${colour}`);
  }
  // The rules have both colours, so that no theme comes between them.
  assert.equal(heatRules().match(/background-color:[^;]+;color:/g)?.length, STEPS);
});

test("contrast is that of WCAG", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.ok(Math.abs(contrast([119, 119, 119], [255, 255, 255]) - 4.48) < 0.01);
});

test("the scale gets lighter from its low end to its high one", () => {
  const dark = (step: number) => contrast([0, 0, 0], heatColour(step));
  for (let step = 1; step < STEPS; step++) assert.ok(dark(step) > dark(step - 1));
  assert.deepEqual(
    [heatColour(0), heatColour(STEPS - 1)],
    [
      [0, 34, 78],
      [254, 232, 56],
    ],
  );
});

test("a cell is where its number is between the ends", () => {
  assert.equal(stepOf("0", [0, 10]), 0);
  assert.equal(stepOf(" 10 ", [0, 10]), STEPS - 1);
  assert.equal(stepOf("1e9", [0, 10]), STEPS - 1);
  assert.equal(stepOf("5", [5, 5]), Math.round(0.5 * (STEPS - 1)));
  for (const text of ["", "NA", "x", "1,2"]) assert.equal(stepOf(text, [0, 10]), null);
});
