import assert from "node:assert/strict";
import { test } from "node:test";

import { offeredFormats } from "../../src/dialogs/formats.ts";

const labels = (formats: string[], rows = 10, columns = 3) =>
  offeredFormats(formats, rows, columns).map(([label]) => label);

test("only what the relay can write is offered", () => {
  assert.deepEqual(labels(["tsv"]), ["TSV"]);
  assert.deepEqual(labels(["tsv", "csv"]), ["TSV", "CSV", "CSV for Excel"]);
  const all = ["tsv", "csv", "xlsx", "parquet", "later"];
  const known = ["TSV", "CSV", "CSV for Excel", "Excel workbook", "Parquet"];
  assert.deepEqual(labels(all), known);
});

test("what no sheet has room for is not offered as a workbook", () => {
  const all = ["tsv", "xlsx"];
  assert.deepEqual(labels(all, 1_048_575, 16_384), ["TSV", "Excel workbook"]);
  assert.deepEqual(labels(all, 1_048_576, 3), ["TSV"]);
  assert.deepEqual(labels(all, 10, 16_385), ["TSV"]);
});

test("a mark for Excel goes with the text that is meant for it", () => {
  const addresses = offeredFormats(["csv"], 1, 1).map(([, address]) => address);
  assert.deepEqual(addresses, ["&format=csv", "&format=csv&bom=1"]);
});
