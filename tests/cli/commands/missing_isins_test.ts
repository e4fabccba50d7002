import assert from "node:assert/strict";
import { missingText, mistypedWarnings } from "../../../src/cli/commands/missing_isins.ts";

Deno.test("ISINs without a row are named, ten of them at most, with the check digit that a mistyped one lacks", () => {
  assert.equal(missingText(new Set(["DE0007100000"])), "DE0007100000");
  assert.equal(
    missingText(new Set(["DE0007100001", "US0378331005"])),
    "DE0007100001 (its check digit would be 0), US0378331005",
  );
  const many = Array.from({ length: 12 }, (_, i) => `DE000${String(i).padStart(6, "0")}X`);
  const text = missingText(new Set(many));
  assert.equal(text.split(", ").length, 10);
  assert.match(text, / and 2 more$/);
});

Deno.test("before quotes of some instruments are collected, those with a wrong check digit are named, and no others", () => {
  assert.deepEqual(mistypedWarnings(new Set(["DE0007164600", "DE0007164609", "US0378331006"])), [
    "perhaps mistyped: DE0007164609 (its check digit would be 0), US0378331006 (its check digit would be 5). " +
    "Only quotes of the ISINs that are named are stored",
  ]);
  assert.deepEqual(mistypedWarnings(new Set(["DE0007164600", "US0378331005"])), []);
  assert.deepEqual(mistypedWarnings(undefined), []);
});
