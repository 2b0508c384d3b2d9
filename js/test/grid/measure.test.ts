import assert from "node:assert/strict";
import { test } from "node:test";
import { Ruler } from "../../src/grid/measure.ts";
import { WIDEST_PX } from "../../src/grid/widths.ts";

/** A font in which capitals are wide, digits differ and one pair of letters joins. */
class Font {
  measured: string[] = [];
  measure = (text: string): number => {
    this.measured.push(text);
    const widths = [...text].map((char) => (/[A-Z]/.test(char) ? 10 : char === "1" ? 4 : 6));
    return widths.reduce((sum, width) => sum + width, 0) - (text.includes("لا") ? 6 : 0);
  };
}

test("the widest text is not the one with most characters", () => {
  const ruler = new Ruler(new Font().measure);
  assert.equal(ruler.widest(["illicit", "WAWAW"]), 50);
  assert.equal(ruler.widest([]), 0);
});

test("digits are all as wide as the widest", () => {
  assert.equal(new Ruler(new Font().measure).widest(["1111"]), 24);
});

test("a text whose letters join is measured as a whole, if it may be the widest", () => {
  const font = new Font();
  const ruler = new Ruler(font.measure);
  assert.equal(ruler.widest(["abc", "لا"]), 18);
  assert.ok(!font.measured.includes("لا"));
  assert.equal(ruler.widest(["a", "لا"]), 6);
  assert.ok(font.measured.includes("لا"));
});

test("symbols have their room, and what is longer than any column needs no measure", () => {
  const ruler = new Ruler(new Font().measure);
  assert.equal(ruler.widest(["a\tb"]), 18 + 6);
  assert.equal(ruler.widest(["a".repeat(1000)]), WIDEST_PX);
});
