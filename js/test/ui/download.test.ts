import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));

test("links that download a relay's file are made in one place, where nothing is lost by a click", () => {
  const made = globSync("**/*.ts", { cwd: SRC }).filter((module) =>
    /\bdownload: true\b/.test(readFileSync(`${SRC}/${module}`, "utf8")),
  );
  assert.deepEqual(
    made.map((module) => module.replaceAll("\\", "/")),
    ["ui/download.ts"],
  );
});
