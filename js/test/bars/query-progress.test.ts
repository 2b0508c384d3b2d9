import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { queryProgressText } from "../../src/bars/query-progress.ts";
import { NARROW, openViewer } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("work is over when its rows show, whether or not that was told", async () => {
  const { kernel, viewer } = await openViewer({ working: { by: "c-9", query: NARROW, done: 0.5 } });
  assert.match(queryProgressText(viewer)?.text ?? "", /Filtering/);
  kernel.view = { ...kernel.view, query: NARROW, n_rows: 120, n_pages: 2 };
  kernel.show("query");
  assert.equal(queryProgressText(viewer), null);
});
