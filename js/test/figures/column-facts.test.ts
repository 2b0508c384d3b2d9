import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ColumnFacts, type FactsView } from "../../src/figures/column-facts.ts";
import type { Profile, Query } from "../../src/protocol/query.ts";
import type { DescriptionAnswer } from "../../src/protocol/relay-messages.ts";

const view = (changes: Partial<FactsView> = {}): FactsView => ({
  ...{ table: "t", columns: 40, query: {}, rows: 10_000, growing: false },
  ...changes,
});

/** A relay whose answers come when the test says so. */
function relay() {
  const asked: { columns: [number, number]; sample: boolean; query: Query }[] = [];
  const waiting: ((answer: DescriptionAnswer | Error) => void)[] = [];
  const describe = (columns: [number, number], query: Query, sample: boolean) => {
    asked.push({ columns, sample, query });
    return new Promise<DescriptionAnswer>((resolve, reject) => {
      waiting.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  };
  const answer = async (sampled?: number) => {
    const { columns } = asked[asked.length - waiting.length] as (typeof asked)[number];
    const profiles = [];
    for (let column = columns[0]; column < columns[1]; column++)
      profiles.push({ column, kind: "number", rows: sampled ?? 10_000 } as Profile);
    const of = { type: "describe", id: "", of_rows: 10_000, profiles } as const;
    waiting.shift()?.(sampled === undefined ? of : { ...of, sampled });
    await settle();
  };
  const fail = async () => {
    waiting.shift()?.(new Error("no"));
    await settle();
  };
  return { asked, answer, fail, describe };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve();
}

test("columns in sight are asked for in groups: a sample at once, all rows when nothing moves", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, answer, describe } = relay();
  const facts = new ColumnFacts({ describe });
  facts.show(view());
  facts.want([3, 20, 39]);
  // One at a time.
  assert.deepEqual(
    asked.map(({ columns }) => columns),
    [[0, 16]],
  );
  await answer(2000);
  await answer(2000);
  await answer(2000);
  assert.deepEqual(
    asked.map(({ columns }) => columns),
    [
      [0, 16],
      [16, 32],
      [32, 40],
    ],
  );
  assert.deepEqual([facts.get(3)?.sampled, facts.get(39)?.profile.column], [2000, 39]);
  assert.ok(asked.every(({ sample }) => sample));
  mock.timers.tick(300);
  await settle();
  assert.deepEqual(
    asked.slice(3).map(({ columns, sample }) => [columns, sample]),
    [[[0, 16], false]],
  );
  await answer();
  assert.equal(facts.get(3)?.sampled, null);
  mock.timers.reset();
});

test("a sample of all rows needs no second look, and what is known is not asked for again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, answer, describe } = relay();
  const facts = new ColumnFacts({ describe });
  facts.show(view({ rows: 500 }));
  facts.want([0, 1]);
  await answer(500);
  assert.equal(facts.get(1)?.sampled, null);
  facts.want([0, 1, 2]);
  facts.show(view({ rows: 500 }));
  mock.timers.tick(5000);
  await settle();
  assert.equal(asked.length, 1);
  mock.timers.reset();
});

test("other rows have other pictures; those before show until they come", async () => {
  const { asked, answer, describe } = relay();
  const facts = new ColumnFacts({ describe });
  facts.show(view());
  facts.want([0]);
  await answer(2000);
  facts.show(view({ query: { search: "x" }, rows: 20 }));
  assert.deepEqual([facts.get(0)?.sampled, facts.isOld(0)], [2000, true]);
  assert.deepEqual(asked.at(-1)?.query, { search: "x" });
  await answer(20);
  assert.deepEqual([facts.get(0)?.sampled, facts.isOld(0)], [null, false]);
  facts.show(view({ table: "other" }));
  assert.equal(facts.get(0), null);
  facts.stop();
});

test("what comes too late is for other rows, and what fails is not tried again for these", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, answer, fail, describe } = relay();
  const facts = new ColumnFacts({ describe });
  facts.show(view());
  facts.want([0]);
  facts.show(view({ query: { search: "x" } }));
  await answer(2000);
  assert.equal(facts.get(0), null);
  await fail();
  mock.timers.tick(5000);
  await settle();
  assert.equal(asked.length, 2);
  mock.timers.reset();
});

test("while a table comes in there are samples, of ever more rows, and no more", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, answer, describe } = relay();
  const facts = new ColumnFacts({ describe });
  facts.show(view({ growing: true }));
  facts.want([0]);
  await answer(2000);
  mock.timers.tick(5000);
  facts.show(view({ growing: true, rows: 10_500 }));
  assert.equal(asked.length, 1);
  facts.show(view({ growing: true, rows: 12_000 }));
  assert.equal(asked.length, 2);
  await answer(2000);
  facts.show(view({ rows: 12_000 }));
  mock.timers.tick(300);
  await settle();
  assert.deepEqual(
    asked.map(({ sample }) => sample),
    [true, true, false],
  );
  facts.stop();
  mock.timers.reset();
});
