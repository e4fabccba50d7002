import assert from "node:assert/strict";
import { missingText } from "../../../src/cli/commands/missing_isins.ts";

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
