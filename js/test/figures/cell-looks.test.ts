import assert from "node:assert/strict";
import { test } from "node:test";
import {
  columnEnds,
  endsOf,
  type LookSource,
  looksOf,
  scaleColumns,
} from "../../src/figures/cell-looks.ts";
import { toggled } from "../../src/figures/column-look.ts";
import { STEPS } from "../../src/figures/heat-scale.ts";
import { KeptFormats } from "../../src/figures/kept-formats.ts";
import type { Heatmap, Profile } from "../../src/protocol/query.ts";

const numbers = (minimum: string, maximum: string) =>
  ({ kind: "number", minimum, maximum }) as Profile;
const PROFILES = [{ kind: "text" } as Profile, numbers("0", "10"), numbers("-5", "1e3"), undefined];

const source = (heatmap: Heatmap | null): LookSource => ({
  heatmap,
  columns: 4,
  facts: (column) => {
    const profile = PROFILES[column];
    return profile ? { profile, sampled: null, of: 9 } : null;
  },
  format: (column) => (column === 2 ? { kind: "decimals", digits: 1, thousands: false } : null),
});

test("a column is coloured by its own scale, or by that of all of them", () => {
  assert.deepEqual(columnEnds(source({}), 1), [0, 10]);
  assert.deepEqual(columnEnds(source({ scale: "table" }), 1), [-5, 1000]);
  assert.deepEqual(columnEnds(source({ scale: "table", low: 1, high: 2 }), 1), [1, 2]);
  // Text has no colours, nor what is not known yet, nor what is not among the named ones.
  for (const column of [0, 3]) assert.equal(columnEnds(source({}), column), null);
  assert.equal(columnEnds(source({ columns: [2] }), 1), null);
  assert.equal(columnEnds(source(null), 1), null);
});

test("cells have a colour, another format, both, or nothing", () => {
  assert.deepEqual(looksOf(source({}), 2)?.("1000"), { heat: STEPS - 1, shown: "1000.0" });
  assert.deepEqual(looksOf(source({}), 1)?.("0"), { heat: 0, shown: null });
  assert.equal(looksOf(source({}), 1)?.("NA"), null);
  assert.equal(looksOf(source(null), 1), null);
});

test("infinity is the end of no scale", () => {
  assert.deepEqual(endsOf([numbers("-inf", "3"), numbers("1", "inf")]), [1, 3]);
  assert.equal(endsOf([]), null);
});

test("the scale of a wide table goes by the same columns on every screen", () => {
  assert.deepEqual(scaleColumns({}, 3), [0, 1, 2]);
  const wide = scaleColumns({}, 20_000);
  assert.equal(wide.length, 128);
  assert.deepEqual(wide, scaleColumns({}, 20_000));
  assert.deepEqual(scaleColumns({ columns: [7, 9, 5000] }, 100), [7, 9]);
});

test("columns are added to a heatmap and taken away one by one", () => {
  assert.deepEqual(toggled(null, 3), { columns: [3] });
  assert.deepEqual(toggled({ columns: [3], scale: "table" }, 4), {
    columns: [3, 4],
    scale: "table",
  });
  assert.equal(toggled({ columns: [3] }, 3), null);
  assert.equal(toggled({}, 3), null);
});

test("formats are kept for each document and column", () => {
  let text: string | null = null;
  const set = (next: string | null) => {
    text = next;
  };
  const stored = { get: () => text, set };
  const format = { kind: "percent", digits: 1, thousands: true } as const;
  new KeptFormats(() => "a", stored).set("score", format);
  assert.deepEqual(new KeptFormats(() => "a", stored).get("score"), format);
  assert.equal(new KeptFormats(() => "b", stored).get("score"), null);
  assert.equal(new KeptFormats(() => "a", stored).get("constructor"), null);
  new KeptFormats(() => "a", stored).set("score", null);
  assert.equal(text, null);
  text = "[";
  assert.equal(new KeptFormats(() => "a", stored).get("score"), null);
});
