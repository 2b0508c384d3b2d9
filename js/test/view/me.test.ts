import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Myself, type NameStore } from "../../src/view/me.ts";
import { Kernel } from "../kernel.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** A store that a browser might have. */
function memoryName(): NameStore {
  let kept: string | null = null;
  return {
    get: () => kept,
    set: (name) => {
      kept = name;
    },
  };
}

test("quick turns are told once, and the same place never twice", () => {
  const kernel = new Kernel();
  const me = new Myself(kernel, null);
  const at = (page: number) => ({ page, n_pages: 9, own_query: false });
  me.setPlace(null);
  mock.timers.tick(1000);
  assert.equal(kernel.asked("me").length, 0);
  for (const page of [1, 2, 3]) me.setPlace(at(page));
  mock.timers.tick(1000);
  me.setPlace(at(3));
  mock.timers.tick(1000);
  assert.deepEqual(kernel.asked("me"), [{ type: "me", name: null, at: at(3) }]);
});

test("a name is kept, told, and told again on a new connection", () => {
  const kernel = new Kernel();
  const names = memoryName();
  const me = new Myself(kernel, names);
  me.rename("  Ada ");
  mock.timers.tick(1000);
  assert.equal(names.get(), "Ada");
  me.resend();
  mock.timers.tick(1000);
  assert.deepEqual(
    kernel.asked("me").map(({ name }) => name),
    ["Ada", "Ada"],
  );
  me.rename(" ");
  assert.equal(names.get(), null);
});

test("a kernel keeps the name: a screen tells it once, and can take it away", () => {
  const kernel = new Kernel({ name: "Ada" });
  const me = new Myself(kernel, null);
  assert.equal(me.name, "Ada");
  me.rename("Ada");
  mock.timers.tick(1000);
  assert.equal(kernel.asked("me").length, 0);
  me.rename(" ");
  assert.equal(me.name, "");
  mock.timers.tick(1000);
  kernel.link({ name: "Ben" });
  assert.equal(me.name, "Ben");
  me.setPlace({ page: 2, n_pages: 9, own_query: false });
  mock.timers.tick(1000);
  assert.deepEqual(
    kernel.asked("me").map(({ name }) => name),
    ["", null],
  );
});
