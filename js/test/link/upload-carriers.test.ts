import assert from "node:assert/strict";
import { test } from "node:test";
import { type PartedWay, partedCarrier, refusedUpload } from "../../src/link/upload-carriers.ts";
import { TSVShareError } from "../../src/protocol/errors.ts";

test("an upload that the relay refuses says which file, with the relay's code and words", () => {
  const body = '{"error": {"code": "bad_table", "message": "this is not text"}}';
  const { code, message } = refusedUpload("a.png", 422, body);
  assert.equal(code, "bad_table");
  assert.equal(message, "The upload of a.png was refused: this is not text");
});

test("an error that is not the relay's own, as of a proxy, says its status", () => {
  const { code, message } = refusedUpload("a.tsv", 400, "<html>");
  assert.equal(code, "upload_broken");
  assert.match(message, /a\.tsv.*HTTP 400/);
});

test("what a proxy says while the relay is gone is tried again", async () => {
  for (const status of [502, 503, 504]) {
    const relay = new Relay();
    relay.failures = [refusedUpload("a.tsv", status, "<html>")];
    await upload(relay, [relay.way("http", 60)]);
    assert.equal(relay.come, 100);
  }
});

test("a file too large for a proxy says so, which limit that is and the way round", () => {
  const { code, message } = refusedUpload("a.tsv", 413, "<html>413 Request Entity Too Large");
  assert.equal(code, "too_large");
  assert.match(message, /a\.tsv.*proxy.*client_max_body_size.*tsvshare push/);
  const relays = '{"error": {"code": "too_large", "message": "over 10 GB"}}';
  assert.match(refusedUpload("a.tsv", 413, relays).message, /over 10 GB$/);
});

const target = { base: "http://127.0.0.1:1", uuid: "u", key: "k" };
const file = new File(["x".repeat(100)], "a.tsv");

/** A relay with two ways to it, which take `most` bytes at a time and fail when they are told to. */
class Relay {
  come = 0;
  readonly calls: string[] = [];
  failures: TSVShareError[] = [];

  way(name: string, most: number): PartedWay {
    const call = (what: string) => {
      this.calls.push(`${name} ${what}`);
      const failure = this.failures.shift();
      if (failure) throw failure;
    };
    return {
      begin: async () => {
        call("begin");
        return "id";
      },
      send: async (_id, offset, { size }) => {
        assert.equal(offset, this.come);
        this.come = Math.min(size, offset + most);
        call("send");
        return this.come;
      },
      offset: async () => {
        call("offset");
        return this.come;
      },
      end: async () => call("end"),
    };
  }
}

const upload = (_: Relay, ways: PartedWay[], signal = new AbortController().signal) => {
  const sent: number[] = [];
  const carrier = partedCarrier(
    () => ways,
    async () => {},
  );
  const onprogress = (bytes: number) => sent.push(bytes);
  return carrier.uploadFile(file, target, { onprogress, signal }).then(() => sent);
};

test("a file goes in as many parts as its way wants", async () => {
  const relay = new Relay();
  assert.deepEqual(await upload(relay, [relay.way("kernel", 40)]), [40, 80, 100]);
  assert.deepEqual(relay.calls, ["kernel begin", ...Array(3).fill("kernel send")]);
});

test("what breaks off half-way goes on from there, by the other way", async () => {
  const relay = new Relay();
  const [straight, through] = [relay.way("http", 60), relay.way("kernel", 20)];
  relay.failures = [undefined as never, new TSVShareError("unavailable", "lost")];
  await upload(relay, [straight, through]);
  const rest = ["kernel offset", "kernel send", "kernel send"];
  assert.deepEqual(relay.calls.slice(0, 5), ["http begin", "http send", ...rest]);
  assert.equal(relay.come, 100);
});

test("what the relay refuses is not tried again, and what never works ends", async () => {
  const refused = new Relay();
  refused.failures = [new TSVShareError("too_large", "no")];
  await assert.rejects(upload(refused, [refused.way("http", 100)]), { code: "too_large" });
  assert.equal(refused.calls.length, 1);
  const dead = new Relay();
  dead.failures = Array(20).fill(new TSVShareError("unavailable", "lost"));
  await assert.rejects(upload(dead, [dead.way("http", 100)]), { code: "unavailable" });
  assert.equal(dead.calls.length, 6);
});

test("a file goes through the kernel where this browser would have to log in first", async () => {
  const relay = new Relay();
  const body = '{"error": {"code": "login_needed", "message": "log in to it"}}';
  const wanted = [refusedUpload("a.tsv", 403, body), refusedUpload("a.tsv", 401, "<html>")];
  for (const login of wanted) {
    assert.equal(login.code, "login_needed");
    relay.failures = [login];
    await upload(relay, [relay.way("http", 60), relay.way("kernel", 100)]);
    assert.deepEqual(relay.calls.splice(0), ["http begin", "kernel begin", "kernel send"]);
    relay.come = 0;
    relay.failures = [login];
    await assert.rejects(upload(relay, [relay.way("http", 100)]), { code: "login_needed" });
    assert.deepEqual(relay.calls.splice(0), ["http begin"]);
  }
});

test("an upload that is cancelled ends at the relay", async () => {
  const relay = new Relay();
  const abort = new AbortController();
  const way = relay.way("kernel", 10);
  const send = way.send;
  way.send = (...given) => {
    abort.abort();
    return send(...given);
  };
  await assert.rejects(upload(relay, [way], abort.signal), { code: "cancelled" });
  assert.ok(relay.calls.includes("kernel end"));
});
