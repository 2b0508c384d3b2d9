import assert from "node:assert/strict";
import { test } from "node:test";
import { refusedUpload } from "../../src/link/upload-carriers.ts";

test("an upload that the relay refuses says which file, with the relay's code and words", () => {
  const body = '{"error": {"code": "bad_table", "message": "this is not text"}}';
  const { code, message } = refusedUpload("a.png", 422, body);
  assert.equal(code, "bad_table");
  assert.equal(message, "The upload of a.png was refused: this is not text");
});

test("an error that is not the relay's own, as of a proxy, says its status", () => {
  const { code, message } = refusedUpload("a.tsv", 502, "<html>");
  assert.equal(code, "upload_broken");
  assert.match(message, /a\.tsv.*HTTP 502/);
});

test("a file too large for a proxy says so, which limit that is and the way round", () => {
  const { code, message } = refusedUpload("a.tsv", 413, "<html>413 Request Entity Too Large");
  assert.equal(code, "too_large");
  assert.match(message, /a\.tsv.*proxy.*client_max_body_size.*tsvshare push/);
  const relays = '{"error": {"code": "too_large", "message": "over 10 GB"}}';
  assert.match(refusedUpload("a.tsv", 413, relays).message, /over 10 GB$/);
});
