import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { bannerText } from "../../src/bars/notices.ts";
import { NARROW, openViewer, SORTED } from "../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("a wrong key is a state with a way out, not a passing notice", async () => {
  const message = { code: "wrong_key", message: "the key in this link is not right" };
  const { kernel, viewer, notices } = await openViewer({ role: "look", message });
  kernel.emit("msg:custom", { type: "error", ...message });
  assert.match(bannerText(viewer)?.text ?? "", /Ask whoever sent it/);
  assert.deepEqual(notices, []);
});

test("a connection that is lost for long may be lost for good", async () => {
  const { kernel, viewer } = await openViewer({ status: "stale", since: Date.now() });
  assert.doesNotMatch(bannerText(viewer)?.text ?? "", /kernel may have ended/);
  kernel.link({ since: Date.now() - 61_000 });
  assert.match(bannerText(viewer)?.text ?? "", /kernel may have ended/);
});

test("what went wrong before the connection came is over with it", async () => {
  const message = { code: "unavailable", message: "nobody answers" };
  const { kernel, viewer } = await openViewer({ message, status: "connecting" });
  assert.equal(bannerText(viewer)?.text, "Nobody answers");
  kernel.link({ status: "live" });
  assert.equal(bannerText(viewer), null);
});

test("whoever looks around is told where everyone is, and what they see if it is something else", async () => {
  const { kernel, viewer } = await openViewer();
  viewer.follow(false);
  const everyone = () => bannerText(viewer)?.text.split("Everyone is on ")[1];
  assert.equal(everyone(), "page 1.");
  await viewer.applyQuery(NARROW);
  assert.equal(everyone(), "page 1 of the whole table.");
  kernel.view = { ...kernel.view, page: 3, query: SORTED };
  kernel.show("query");
  assert.equal(everyone(), "page 3, sorted by column 2, ascending.");
});
