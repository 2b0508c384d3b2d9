// The bundle: what both of its parts need is in the first.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "tsvshare-bundle-"));
after(() => rmSync(folder, { recursive: true }));
execFileSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url)), folder]);

const load = (file: string, again = "") => import(pathToFileURL(join(folder, file)).href + again);
const listOf = (build: string): unknown[] | undefined =>
  (globalThis as Record<symbol, unknown[] | undefined>)[Symbol.for(`tsvshare.shared.${build}`)];

test("the second part takes from the first what both need", async () => {
  // Beside a first part of another build it says at least which one it is of.
  const { build } = await load("extras.js");
  assert.match(build, /^[0-9a-f]{16}$/);
  assert.equal(listOf(build), undefined);
  await load("widget.js");
  const list = listOf(build) as unknown[];
  assert.ok(list.every((shared) => shared !== undefined));
  // A module comes once more under another address, as it does for another widget.
  const { speak, Overlays } = await load("extras.js", "?again");
  assert.ok(list.includes(speak));
  assert.ok(!list.includes(Overlays));
});
