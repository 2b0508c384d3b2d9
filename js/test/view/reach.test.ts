import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback, Reach, type Reached } from "../../src/view/reach.ts";
import { settle } from "../kernel.ts";

test("a relay is tried once, again when asked, and anew when it is another", async () => {
  const tried: string[] = [];
  let answer: Reached = "no";
  let changes = 0;
  const probe = async (base: string) => {
    tried.push(base);
    return answer;
  };
  const reach = new Reach(() => changes++, probe);
  reach.update(null);
  reach.update("http://a");
  reach.update("http://a");
  await settle();
  assert.deepEqual([tried, reach.state, changes], [["http://a"], "no", 1]);
  answer = "yes";
  assert.equal(await reach.check(), "yes");
  reach.update("http://b");
  assert.equal(reach.state, "unknown");
  await settle();
  assert.deepEqual([tried, reach.state], [["http://a", "http://a", "http://b"], "yes"]);
});

test("a relay that wants a login is reached, and known to want it", async () => {
  const reach = new Reach(
    () => {},
    async () => "login",
  );
  reach.update("http://a");
  await settle();
  assert.deepEqual([reach.state, reach.needsLogin], ["yes", true]);
});

test("what is said of a relay that is not the one any more is not heard", async () => {
  const answers: ((reached: Reached) => void)[] = [];
  const reach = new Reach(
    () => {},
    () => new Promise((resolve) => answers.push(resolve)),
  );
  reach.update("http://a");
  reach.update("http://b");
  answers[1]?.("yes");
  answers[0]?.("no");
  await settle();
  assert.equal(reach.state, "yes");
});

test("loopback is known by name and by number", () => {
  for (const host of ["localhost:1", "127.0.0.1", "127.1.2.3:80", "[::1]:9"]) {
    assert.ok(isLoopback(`http://${host}/d/u`), host);
  }
  for (const host of ["localhost.example", "10.0.0.1", "127.example.org"]) {
    assert.equal(isLoopback(`http://${host}/d/u`), false, host);
  }
});
