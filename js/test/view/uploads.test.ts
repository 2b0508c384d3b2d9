import assert from "node:assert/strict";
import { test } from "node:test";
import type { LinkState } from "../../src/link/model.ts";
import { refuseUpload, replaceWarning } from "../../src/view/uploads.ts";
import { Kernel } from "../kernel.ts";
import { openViewer } from "../viewers.ts";

const link = new Kernel().get("_link");

const file = (size: number) => ({ name: "a.tsv", size });
const code = (to: LinkState | null, key: string | null | undefined, size: number) =>
  refuseUpload(to, key, file(size))?.code ?? null;

test("an upload that cannot succeed is refused before it starts", () => {
  assert.ok(link);
  assert.equal(code(link, "k", 1000), null);
  assert.equal(code(link, null, 1000), null);
  assert.equal(code(link, "k", 1001), "too_large");
  assert.equal(code(link, undefined, 1), "unavailable");
  assert.equal(code({ ...link, role: "look" }, null, 1), "forbidden");
  assert.equal(code({ ...link, status: "stale" }, "k", 1), "unavailable");
  assert.equal(code(null, "k", 1), "unavailable");
  assert.match(refuseUpload(link, "k", file(5000))?.message ?? "", /a.tsv has 5 kB.*up to 1 kB/);
});

test("replacing a table is asked about when others look at it, and only then", async () => {
  const { kernel, viewer } = await openViewer();
  assert.match(replaceWarning(viewer, "new.tsv")?.text ?? "", /^1 other person sees t1.tsv/);
  kernel.link({ viewers: 1 });
  assert.equal(replaceWarning(viewer, "new.tsv"), null);
});
