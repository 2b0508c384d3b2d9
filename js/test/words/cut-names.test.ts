import assert from "node:assert/strict";
import { test } from "node:test";
import { cutEnd, cutName } from "../../src/words/cut-names.ts";

test("the end of a long name that tells it from its neighbours stays in sight", () => {
  const samples = ["TCGA-AB-2801-03A", "TCGA-AB-2803-03A"];
  assert.deepEqual(cutName("TCGA-AB-2802-03A", samples), ["TCGA-AB-", "2802-03A"]);
  assert.deepEqual(cutName("TCGA-A1-5001-B001", ["TCGA-A2-5002-B002"]), ["TCGA-A1-5001", "-B001"]);
  assert.deepEqual(cutName("sample_long_001", ["sample_long_002"]), ["sample_lon", "g_001"]);
});

test("where the ends are alike, it is cut before what differs", () => {
  const sample = "Sample1_expression_gene_Id";
  assert.deepEqual(cutName(sample, ["Sample2_expression_gene_Id"]), [
    "Sample",
    "1_expression_gene_Id",
  ]);
  assert.equal(cutName(sample, ["Control_expression_gene_Id"]), null);
  assert.deepEqual(cutName("the_liver_expression_gene_Id", ["the_brain_expression_gene_Id"]), [
    "the_",
    "liver_expression_gene_Id",
  ]);
});

test("a short name is not cut, and without neighbours a long one keeps its end", () => {
  assert.equal(cutName("score", ["scope"]), null);
  assert.deepEqual(cutName("a.very.long.name", []), ["a.very.long", ".name"]);
  assert.deepEqual(cutName("twice_the_same", ["twice_the_same"]), ["twice_the", "_same"]);
});

test("names that cannot be parted anywhere are not", () => {
  for (const name of [
    "a name with blanks in it",
    "عمود طويل الاسم جدا",
    "x".repeat(500),
    "ab\u00adcdefghijklmnop",
  ])
    assert.equal(cutName(name, []), null);
});

test("where there is no room for both parts, the one stays that tells it from its neighbours", () => {
  const beside = ["Chromosome", "End_position"];
  assert.deepEqual(cutName("Start_Position", beside, 12), ["Start_", "Position"]);
  assert.equal(cutName("Start_Position", beside, 11), null);
  assert.deepEqual(cutName("TCGA-AB-2802-03A", ["TCGA-AB-2801-03A"], 9), ["TCGA-AB-", "2802-03A"]);
});

test("where there is no room for an end, its own end stays if that tells it from its neighbours", () => {
  const fits = (room: number) => (end: string) => end.length < room;
  const beside = ["sample00000041", "sample00000043"];
  assert.equal(cutEnd("00042", beside, fits(9)), 0);
  assert.equal(cutEnd("00042", beside, fits(4)), 2);
  assert.equal(cutEnd("00042", beside, fits(1)), 0);
  assert.equal(cutEnd("liver_gene_Id", ["the_brain_gene_Id"], fits(8)), 0);
});
