import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { LinkState } from "../../../src/link/model.ts";
import type {
  UploadCarrier,
  UploadOptions,
  UploadTarget,
} from "../../../src/link/upload-carriers.ts";
import { TSVShareError } from "../../../src/protocol/errors.ts";
import {
  refuseUpload,
  replaceWarning,
  Uploader,
  whatItIsInstead,
} from "../../../src/view/files/uploads.ts";
import { Kernel, settle } from "../../kernel.ts";
import { openViewer } from "../../viewers.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

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

test("a file that is no table is asked about, also by whoever is alone", async () => {
  const { kernel, viewer } = await openViewer();
  const ask = async (text: string) =>
    replaceWarning(viewer, "new.tsv", await whatItIsInstead(new Blob([text])))?.text ?? "";
  assert.match(await ask(""), /^new.tsv is empty. 1 other person sees/);
  kernel.link({ viewers: 1 });
  assert.equal(await ask(""), "new.tsv is empty. You can undo it.");
  const pages = [
    "<!DOCTYPE html><p>",
    "\n <html lang=en>",
    "<?xml version='1.0'?>\n<!-- x --><html>",
  ];
  for (const page of pages) assert.match(await ask(page), /is a web page/);
  for (const table of ["a\tb\n", "<p>\t1\n", "x <html>", "<htmlx"])
    assert.equal(await ask(table), "");
});

// --- the uploader ---

/** One upload as its carrier has it, which ends when the test says so. */
interface Carried extends UploadOptions {
  name: string;
  target: UploadTarget;
  finish(): void;
  fail(error: Error): void;
}

async function openUploader(link: Partial<LinkState> = { viewers: 1 }, agrees = async () => true) {
  const uploads: Carried[] = [];
  const carrier: UploadCarrier = {
    uploadFile: ({ name }, target, options) =>
      new Promise((finish, fail) => uploads.push({ name, target, ...options, finish, fail })),
  };
  const { kernel, viewer } = await openViewer(link);
  const notices: string[] = [];
  viewer.onnotice = ({ code }) => notices.push(code);
  const uploader = new Uploader(viewer, agrees, carrier);
  return { kernel, uploader, uploads, notices };
}

const newFile = (name: string, size = 100) => new File(["x".repeat(size)], name);

test("an upload goes to the document with its key, and shows how far it is", async () => {
  const { uploader, uploads, notices } = await openUploader();
  const done = uploader.start(newFile("a.tsv"));
  await settle();
  assert.deepEqual(uploads[0]?.target, { base: "http://127.0.0.1:1", uuid: "u-1", key: "k" });
  assert.deepEqual(uploader.current, { name: "a.tsv", sent: 0, total: 100, speed: 0 });
  let changes = 0;
  uploader.onchange = () => changes++;
  uploads[0]?.onprogress(40);
  assert.deepEqual([uploader.current?.sent, changes], [40, 1]);
  uploads[0]?.finish();
  await done;
  assert.deepEqual([uploader.current, changes, notices], [null, 2, []]);
});

test("an upload that fails is over, and the viewer says why", async () => {
  const { uploader, uploads, notices } = await openUploader();
  const done = uploader.start(newFile("a.tsv"));
  await settle();
  uploads[0]?.fail(new TSVShareError("bad_table", "not text"));
  await done;
  assert.deepEqual([uploader.current, notices], [null, ["bad_table"]]);
});

test("an upload that is cancelled says nothing, whatever its carrier does then", async () => {
  const { uploader, uploads, notices } = await openUploader();
  const done = uploader.start(newFile("a.tsv"));
  await settle();
  uploader.cancel();
  assert.deepEqual([uploads[0]?.signal.aborted, uploader.current], [true, null]);
  uploads[0]?.onprogress(50);
  assert.equal(uploader.current, null);
  uploads[0]?.fail(new TSVShareError("unavailable", "the connection was lost"));
  await done;
  assert.deepEqual(notices, []);
});

test("a newer upload takes the place of an older one", async () => {
  const { uploader, uploads } = await openUploader();
  const first = uploader.start(newFile("a.tsv"));
  await settle();
  void uploader.start(newFile("b.tsv"));
  await settle();
  assert.deepEqual(
    uploads.map(({ signal }) => signal.aborted),
    [true, false],
  );
  uploads[0]?.fail(new TSVShareError("cancelled", "the upload was cancelled"));
  await first;
  assert.equal(uploader.current?.name, "b.tsv");
});

test("a table that others look at is replaced only if that is confirmed", async () => {
  const { uploader, uploads } = await openUploader({ viewers: 2 }, async () => false);
  await uploader.start(newFile("a.tsv"));
  assert.deepEqual([uploads.length, uploader.current], [0, null]);
});

test("a connection that is lost while somebody is asked is not uploaded through", async () => {
  const opened = await openUploader({ viewers: 2 }, async () => {
    opened.kernel.link({ status: "stale" });
    return true;
  });
  await opened.uploader.start(newFile("a.tsv"));
  assert.deepEqual([opened.uploads.length, opened.notices], [0, ["unavailable"]]);
});

test("an upload that somebody else's overtook is said, and can be tried again", async () => {
  const { kernel, uploader, uploads, notices } = await openUploader();
  const done = uploader.start(newFile("a.tsv"));
  await settle();
  kernel.replace("t2", 5);
  uploads[0]?.fail(new TSVShareError("superseded", "a newer upload took its place"));
  await done;
  assert.deepEqual([uploader.overtaken?.by, uploader.current, notices], ["t2.tsv", null, []]);
  void uploader.startAgain();
  await settle();
  assert.deepEqual([uploads[1]?.name, uploader.overtaken], ["a.tsv", null]);
});

test("a relay that stops reading because of another upload is not called gone", async () => {
  const { kernel, uploader, uploads, notices } = await openUploader();
  const done = uploader.start(newFile("a.tsv"));
  await settle();
  kernel.replace("t2", 5);
  uploads[0]?.fail(new TSVShareError("unavailable", "the connection was lost"));
  await done;
  assert.deepEqual([uploader.overtaken?.by, notices], ["t2.tsv", []]);
  uploader.forget();
  assert.equal(uploader.overtaken, null);
});
