import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, neededRange, shiftOf, tracks, withOverscan } from "../../src/grid/viewport.ts";
import { offsets } from "../../src/grid/widths.ts";

const geometry = (rows: number, columns: number, pinned = 0) => ({
  ...{ rows, rowHeight: 20, numbers: 50, pinned, fits: [], named: [], nameWidth: () => 0 },
  starts: offsets(Array(columns).fill(100), columns),
});
const window = (left: number, top: number) => ({ left, top, width: 650, height: 400 });

test("a small page is drawn as a whole", () => {
  const range = { top: 0, bottom: 100, start: 0, stop: 20 };
  assert.deepEqual(neededRange(geometry(100, 20), window(0, 0)), range);
});

test("of a header alone, too, only what is in sight is needed", () => {
  assert.equal(neededRange(geometry(0, 20_000), window(0, 0)).stop, 6);
});

test("of a large one only what is in sight is needed", () => {
  const range = neededRange(geometry(1000, 20_000), window(100_050, 2000));
  assert.deepEqual(range, { top: 100, bottom: 120, start: 1000, stop: 1007 });
});

test("pinned columns cover those that scroll under them", () => {
  const range = neededRange(geometry(1000, 20_000, 2), window(1000, 0));
  assert.deepEqual([range.start, range.stop], [12, 16]);
  assert.equal(neededRange(geometry(1000, 20_000, 2), window(0, 0)).start, 2);
});

test("columns in sight stay in place when others before them become wider", () => {
  const before = geometry(100, 1000, 1);
  const widths = Array.from({ length: 1000 }, (_, column) => (column === 3 ? 160 : 100));
  const after = { ...before, starts: offsets(widths, 1000) };
  assert.equal(shiftOf(before, after, window(1000, 0), null), 60);
  assert.equal(shiftOf(before, after, window(0, 0), null), 0);
  // The one with the focus stays, if it is in sight, whatever those before it do.
  assert.equal(shiftOf(before, after, window(100, 0), null), 0);
  assert.equal(shiftOf(before, after, window(100, 0), 5), 60);
  assert.equal(shiftOf(before, after, window(100, 0), 500), 0);
});

test("some more is drawn on all sides, within the page", () => {
  const wide = geometry(1000, 20_000);
  const inside = withOverscan({ top: 100, bottom: 120, start: 1000, stop: 1007 }, wide);
  assert.ok(inside.top < 100 && inside.bottom > 120 && inside.start < 1000 && inside.stop > 1007);
  const corner = withOverscan({ top: 0, bottom: 1000, start: 0, stop: 20_000 }, wide);
  assert.deepEqual(corner, { top: 0, bottom: 1000, start: 0, stop: 20_000 });
});

test("scrolling within what is drawn needs nothing more", () => {
  const wide = geometry(1000, 20_000);
  const drawn = withOverscan(neededRange(wide, window(5000, 5000)), wide);
  assert.ok(covers(drawn, neededRange(wide, window(5250, 5100))));
  assert.ok(!covers(drawn, neededRange(wide, window(9000, 5000))));
  assert.ok(!covers(drawn, neededRange(wide, window(5000, 9000))));
});

test("beyond the end of a page that has become short there is nothing", () => {
  const range = neededRange(geometry(50, 100), window(0, 9000));
  assert.deepEqual([range.top, range.bottom], [50, 50]);
});

test("the tracks are as wide as everything together", () => {
  const wide = geometry(1000, 100, 2);
  const text = tracks(wide, { top: 0, bottom: 1, start: 10, stop: 12 });
  assert.equal(text, "50px 100px 100px 800px 100px 100px minmax(8800px, 1fr)");
});
