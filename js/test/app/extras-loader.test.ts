import assert from "node:assert/strict";
import { test } from "node:test";
import { type Extras, ExtrasLoader } from "../../src/app/extras-loader.ts";
import { TSVShareError } from "../../src/protocol/errors.ts";

/** A second part of a build that no other test has. */
const partOf = (build: string): Extras => ({ build, style: "" }) as Extras;

test("the second part is fetched once, also by several components of a page", async () => {
  let fetched = 0;
  const fetch = async () => {
    fetched += 1;
    return partOf("once");
  };
  const loader = new ExtrasLoader(fetch, "once");
  const [first, second] = await Promise.all([loader.load(), loader.load()]);
  assert.equal(first, second);
  assert.equal(await new ExtrasLoader(fetch, "once").load(), first);
  assert.equal(fetched, 1);
});

test("what could not be fetched is fetched again when it is wanted again", async () => {
  let tries = 0;
  const loader = new ExtrasLoader(async () => {
    tries += 1;
    if (tries === 1) throw new TSVShareError("timed_out", "no answer");
    if (tries === 2) throw new TypeError("Failed to fetch dynamically imported module");
    return partOf("again");
  }, "again");
  await assert.rejects(loader.load(), { code: "timed_out" });
  await assert.rejects(loader.load(), { code: "unavailable", message: /table goes on as it is/ });
  assert.equal((await loader.load()).build, "again");
});

test("a part of another build is not used: the page is to be reloaded", async () => {
  const loader = new ExtrasLoader(async () => partOf("newer"), "older");
  await assert.rejects(loader.load(), { code: "wrong_version", message: /reload this page/ });
});
