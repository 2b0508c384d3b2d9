import assert from "node:assert/strict";
import { test } from "node:test";
import { stayedText, undoText } from "../../src/bars/undo.ts";
import { settle } from "../kernel.ts";
import { NARROW, openViewer, SORTED } from "../viewers.ts";

test("a table that replaced one of its name is the same one again", async () => {
  const { viewer } = await openViewer();
  const state = viewer.document;
  assert.ok(state?.table);
  const { name } = state.table;
  const undo = { table: "t0", rows: 1, until: 0 };
  const said = (old: string) => undoText({ ...state, undo: { ...undo, name: old } });
  assert.equal(said("old.tsv"), `old.tsv was replaced by ${name}.`);
  assert.equal(said(name), `${name} was loaded again.`);
  assert.equal(undoText({ ...state, undo: null }), null);
});

test("what stayed when a table was replaced is said, and what did not", async () => {
  const { kernel, viewer } = await openViewer();
  const said = async (change: object, arranged = false) => {
    const { carried: _, ...view } = kernel.view;
    kernel.view = { ...view, query: {}, ...change };
    kernel.show("table");
    await settle();
    return stayedText(viewer, arranged);
  };
  assert.equal(await said({}), "");
  assert.equal(await said({ query: SORTED }), "");
  const stays = "Sorted by column 2, ascending, as before.";
  assert.equal(await said({ carried: "all", query: SORTED }), stays);
  assert.match(await said({ carried: "part", query: NARROW }), /as before\. The rest .* it lacks/);
  assert.match(await said({ carried: "none" }), /^What was asked is about columns that it lacks/);
  const both = `${stays} Your columns stay as you arranged them.`;
  assert.equal(await said({ carried: "all", query: SORTED }, true), both);
  viewer.follow(false);
  assert.equal(stayedText(viewer, false), "");
});
