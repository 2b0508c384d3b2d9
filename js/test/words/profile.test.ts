import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../../src/protocol/query.ts";
import type { ProfileAnswer } from "../../src/protocol/relay-messages.ts";
import {
  figures,
  histogramBars,
  isoDate,
  partWords,
  short,
  topValueBars,
} from "../../src/words/profile.ts";
import { golden } from "../relay.ts";

const numbers = (golden.relay["profile of numbers"] as ProfileAnswer).profile;

test("a bar of a histogram stands for the rows between its edges, the last for its end as well", () => {
  assert.deepEqual(
    histogramBars(numbers).map(({ label, count, share, filters }) => [
      label,
      count,
      share,
      filters.length,
    ]),
    [
      ["-1000 to -496.5", 1, 1 / 199, 2],
      ["-496.5 to 7", 199, 1, 2],
    ],
  );
  assert.deepEqual(
    histogramBars(numbers).map(({ filters }) => filters.map(({ op, value }) => [op, value])),
    [
      [
        [">=", -1000],
        ["<", -496.5],
      ],
      [
        [">=", -496.5],
        ["<=", 7],
      ],
    ],
  );
});

test("a bar of dates is asked for by dates", () => {
  const profile: Profile = {
    ...numbers,
    kind: "date",
    histogram: { edges: [0, 86_400, 86_400.5], counts: [2, 0] },
  };
  const [first, second] = histogramBars(profile);
  assert.equal(first?.label, "1970-01-01 to 1970-01-02");
  assert.deepEqual(first?.filters[0], { column: 1, op: ">=", value: "1970-01-01", by: "date" });
  assert.equal(second?.filters[1]?.value, "1970-01-02T00:00:00.500Z");
  assert.equal(isoDate(0.000001, true), "1970-01-01T00:00:00.000001Z");
  assert.equal(isoDate(-0.5, true), "1969-12-31T23:59:59.500Z");
});

test("the most frequent cells are asked for verbatim", () => {
  const profile = {
    ...numbers,
    top: [
      ["007", 3],
      ["", 1],
    ] as [string, number][],
  };
  assert.deepEqual(topValueBars(profile)[0]?.filters, [{ column: 1, op: "==", value: "007" }]);
  assert.deepEqual(
    topValueBars(profile).map(({ label, share }) => [label, share]),
    [
      ["007", 1],
      ["(empty)", 1 / 3],
    ],
  );
});

test("figures leave out what there is none of", () => {
  assert.deepEqual(
    figures(numbers).map(({ name }) => name),
    ["Minimum", "Maximum", "Mean", "Median", "Distinct", "Empty", "Missing", "NA, ."],
  );
  const words = figures(numbers).at(-1);
  assert.deepEqual(words?.filters, [{ column: 1, op: "in", value: ["NA", "."] }]);
  const { na_words: _, ...older } = numbers;
  assert.deepEqual(figures(older).at(-1), { name: "NA", value: words?.value, filters: null });
  assert.deepEqual(figures({ ...numbers, spelling: "thousands" })[5], {
    name: "By number",
    value: "1,234.5 is 1234.5",
    filters: null,
  });
  const text = (golden.relay["profile of text"] as ProfileAnswer).profile;
  assert.deepEqual(
    figures(text).map(({ name }) => name),
    ["Minimum", "Maximum", "Distinct"],
  );
  assert.match(figures(text)[2]?.value ?? "", /^about 1/);
  assert.equal(partWords(1, 100_000), "1 (under 0.1 %)");
  assert.equal(partWords(12, 1000), "12 (1.2 %)");
  assert.equal(short(0.1 + 0.2), "0.3");
  assert.equal(short(101_944_244.7132), "101944245");
});
