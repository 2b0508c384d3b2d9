import assert from "node:assert/strict";
import { test } from "node:test";
import {
  emptyFilterDraft,
  type FilterDraft,
  filterDraftOf,
  filtersFrom,
  opsFor,
  refuseFilterDraft,
} from "../../src/words/filter-draft.ts";

const draft = (changes: Partial<FilterDraft>): FilterDraft => ({
  ...emptyFilterDraft("text"),
  ...changes,
});

test("a form means filters", () => {
  const text = (changes: Partial<FilterDraft>) => filtersFrom(draft(changes), 3, "text");
  const column = 3;
  assert.deepEqual(text({ op: "contains", value: " a " }), [
    { column, op: "contains", value: " a ", caseless: true },
  ]);
  assert.deepEqual(text({ op: "==", value: "007", caseless: false }), [
    { column, op: "==", value: "007" },
  ]);
  assert.deepEqual(text({ op: "empty" }), [{ column, op: "==", value: "" }]);
  assert.deepEqual(text({ op: "missing" }), [{ column, op: "missing" }]);
  assert.deepEqual(text({ op: "in", chosen: ["a", ""] }), [{ column, op: "in", value: ["a", ""] }]);
  const number = (value: string) => filtersFrom(draft({ op: ">", value }), 3, "number")[0];
  assert.deepEqual(number(" 0.50 "), { column, op: ">", value: 0.5 });
  assert.deepEqual(number("9007199254740993"), {
    column,
    op: ">",
    value: "9007199254740993",
    by: "number",
  });
  const dates = filtersFrom(draft({ op: "between", value: "2024-01", to: "" }), 3, "date");
  assert.deepEqual(dates, [{ column, op: ">=", value: "2024-01", by: "date" }]);
});

test("filters that were asked fill in the form again", () => {
  for (const changes of [
    { op: "contains", value: "a" },
    { op: "missing" },
    { op: "empty" },
    { op: "in", chosen: ["a"] },
  ] as Partial<FilterDraft>[]) {
    const asked = draft(changes);
    const again = filterDraftOf(filtersFrom(asked, 0, "text"), "text");
    assert.deepEqual(filtersFrom(again, 0, "text"), filtersFrom(asked, 0, "text"));
  }
  const between = draft({ op: "between", value: "1", to: "2" });
  assert.deepEqual(
    filtersFrom(filterDraftOf(filtersFrom(between, 0, "number"), "number"), 0, "number"),
    filtersFrom(between, 0, "number"),
  );
});

test("what cannot be asked is refused at its field", () => {
  assert.equal(refuseFilterDraft(draft({ op: "contains", value: "" }), "text")?.field, "value");
  assert.equal(refuseFilterDraft(draft({ op: "in" }), "text")?.field, "chosen");
  assert.match(
    refuseFilterDraft(draft({ op: ">", value: "1,5" }), "number")?.message ?? "",
    /not a number/,
  );
  assert.equal(
    refuseFilterDraft(draft({ op: "between", value: "1", to: "x" }), "number")?.field,
    "to",
  );
  assert.match(
    refuseFilterDraft(draft({ op: "<", value: "31.5.2024" }), "date")?.message ?? "",
    /not a date/,
  );
  assert.equal(refuseFilterDraft(draft({ op: "<", value: "2024-05-31T14:30Z" }), "date"), null);
  assert.equal(refuseFilterDraft(draft({ op: "contains", value: "1,5" }), "number"), null);
  assert.equal(refuseFilterDraft(draft({ op: "missing" }), "number"), null);
});

test("every kind of column has conditions without doubles", () => {
  for (const kind of ["text", "number", "date"] as const) {
    const ops = opsFor(kind).map(([op]) => op);
    assert.equal(new Set(ops).size, ops.length);
  }
});
