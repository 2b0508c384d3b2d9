import assert from "node:assert/strict";
import { test } from "node:test";
import { endWords } from "../../src/dialogs/take-back.ts";
import { whoOpens } from "../../src/dialogs/who.ts";
import { linksOf } from "../../src/link/links.ts";

const LAB = "http://localhost:8888/lab";
const HUB = "https://hub.example.org/user/ann/lab";

test("a link says who can open it, seen from where its reader is", () => {
  assert.match(whoOpens("http://127.0.0.1:1/d/u", LAB, "yes"), /on this computer only/);
  assert.match(whoOpens("http://localhost:1/d/u", LAB, "unknown"), /on this computer only/);
  assert.match(whoOpens("http://127.0.0.1:1/d/u", HUB, "no"), /kernel.*not this one/);
  // A port that is forwarded, as VS Code does it.
  assert.match(whoOpens("http://127.0.0.1:1/d/u", HUB, "yes"), /on this computer only/);
  for (const host of ["192.168.1.5", "10.0.0.1", "172.20.0.9", "[fd00::1]", "lab.local", "lab"]) {
    const said = whoOpens(`http://${host}:81/d/u#k=1`, LAB, "yes");
    assert.ok(said.includes(`in a network that reaches ${host}:81`), said);
    assert.match(said, /Nothing is encrypted/);
  }
  assert.doesNotMatch(whoOpens("https://10.0.0.1/d/u", LAB, "yes"), /encrypted/);
  const everyone = whoOpens("https://tables.example.org/d/u", HUB, "yes");
  assert.equal(everyone, "Opens for everyone who reaches tables.example.org.");
  assert.match(whoOpens("https://tables.example.org/d/u", HUB, "no"), /This browser does not/);
  assert.equal(
    whoOpens("https://hub.example.org/d/u", HUB, "yes", { guarded: true }),
    "Opens for everyone who reaches hub.example.org and is let in there.",
  );
  assert.match(whoOpens("http://172.32.0.1/d/u", LAB, "yes"), /^Opens for everyone who reaches/);
});

test("the look-only link has a key where it needs one, and is none where it is closed", () => {
  const url = "http://a/d/u";
  const key = { look: "key", key: "L" } as const;
  assert.deepEqual(linksOf(url, "K", true, key), { full: `${url}#k=K`, look: `${url}#k=L` });
  assert.deepEqual(linksOf(url, "L", false, key), { full: null, look: `${url}#k=L` });
  const closed = { look: "closed", key: null } as const;
  assert.deepEqual(linksOf(url, "K", true, closed), { full: `${url}#k=K`, look: null });
});

test("when a table ends is said", () => {
  assert.match(endWords(null), /after its last use/);
  assert.equal(
    endWords(null, null),
    "This table is kept while the notebook or command it is shared from runs.",
  );
  const kept = [600, 86_400, 7 * 86_400].map((idle) => endWords(null, idle));
  assert.deepEqual(kept, [
    "This table is kept 10 minutes after the last visit.",
    "This table is kept 24 hours after the last visit.",
    "This table is kept 7 days after the last visit.",
  ]);
  assert.match(endWords(1_796_000_000), /ends on .*(2026|\d)/);
});
