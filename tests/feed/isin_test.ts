import assert from "node:assert/strict";
import { checkDigitOf } from "../../src/feed/isin.ts";

Deno.test("the check digit of an ISIN is Luhn's over its digits, with letters from A = 10 on", () => {
  for (const isin of ["DE0007164600", "US0378331005", "KYG875721634", "DE000TLX1005", "SE0000108656"]) {
    assert.equal(checkDigitOf(isin), isin.slice(-1), isin);
  }
  assert.equal(checkDigitOf("DE0007164609"), "0");
  assert.equal(checkDigitOf("DE0001764600"), "3", "two digits that changed places");
});
