import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNumber, type NumberFormat } from "../../src/figures/number-format.ts";

const format = (changes: Partial<NumberFormat>): NumberFormat => ({
  ...{ kind: "decimals", digits: null, thousands: false },
  ...changes,
});

test("decimals, thousands, per cent, scientific", () => {
  const shown = (text: string, changes: Partial<NumberFormat>) =>
    formatNumber(text, format(changes));
  assert.equal(shown("0.123456", { digits: 2 }), "0.12");
  assert.equal(shown("-1234567.891", { digits: 1, thousands: true }), "-1,234,567.9");
  assert.equal(shown("12345678901234567890", { thousands: true }), "12,345,678,901,234,567,890");
  assert.equal(shown("0.0525", { kind: "percent" }), "5.3 %");
  assert.equal(shown("12", { kind: "percent", digits: 0, thousands: true }), "1,200 %");
  assert.equal(shown("123456", { kind: "scientific", digits: 2 }), "1.23e+5");
  assert.equal(shown("007.50", { thousands: true }), null);
});

test("what is no number, or looks the same, has no other format", () => {
  for (const text of ["", "NA", "x12", "inf"])
    assert.equal(formatNumber(text, format({ digits: 2 })), null);
  assert.equal(formatNumber("1.25", format({ digits: 2 })), null);
  assert.equal(formatNumber("1e-7", format({ digits: 2 })), "0.00");
});
