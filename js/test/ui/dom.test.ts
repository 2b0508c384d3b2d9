import assert from "node:assert/strict";
import { test } from "node:test";
import { attributeText } from "../../src/ui/dom.ts";

test("what people see of attributes has symbols, and what programs read does not", () => {
  for (const name of ["title", "aria-label", "aria-valuetext"]) {
    assert.equal(attributeText(name, "a\u202eb\t"), "a⟨202E⟩b␉");
  }
  for (const name of ["value", "href", "class"]) {
    assert.equal(attributeText(name, "\t|\t"), "\t|\t");
  }
});
