import assert from "node:assert/strict";
import { test } from "node:test";
import { type AskedModel, type FrontEnd, frontEndFor } from "../../src/app/loader.ts";
import { shelve } from "../../src/app/shelf.ts";

type Hear = Parameters<AskedModel["on"]>[1];

/** A model whose kernel answers with a source, or never. */
class Kernel implements AskedModel {
  asked = 0;
  readonly heard = new Set<Hear>();
  readonly #source: string | null;

  constructor(source: string | null) {
    this.#source = source;
  }

  on(_: string, hear: Hear): void {
    this.heard.add(hear);
  }

  off(_: string, hear: Hear): void {
    this.heard.delete(hear);
  }

  send({ id }: { id: string }): void {
    this.asked += 1;
    const source = this.#source;
    if (source === null) return;
    for (const hear of [...this.heard]) {
      hear({ type: "beat", id: "" });
      hear({ type: "extras", id, source });
    }
  }
}

const frontEnd = (): FrontEnd => ({ render: () => undefined });
const never = async (): Promise<FrontEnd> => assert.fail("nothing was to be loaded");

test("what is on the page is not asked for", async () => {
  const there = frontEnd();
  shelve("there", there);
  const kernel = new Kernel(null);
  assert.equal(await frontEndFor(kernel, "there", never), there);
  assert.equal(kernel.asked, 0);
});

test("what comes while it is waited for is used", async () => {
  const kernel = new Kernel(null);
  const coming = frontEndFor(kernel, "comes", never, 60_000);
  const brought = frontEnd();
  shelve("comes", brought);
  assert.equal(await coming, brought);
  assert.equal(kernel.asked, 0);
  assert.equal(kernel.heard.size, 0);
});

test("else the kernel is asked, and what it sends is there for all", async () => {
  const loaded = frontEnd();
  const load = async (source: string) => {
    assert.equal(source, "a module");
    return loaded;
  };
  const kernel = new Kernel("a module");
  const other = frontEndFor(new Kernel(null), "asked", never, 60_000);
  assert.equal(await frontEndFor(kernel, "asked", load, 0), loaded);
  assert.equal(await other, loaded);
  assert.equal(kernel.heard.size, 0);
});
