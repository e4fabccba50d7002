import assert from "node:assert/strict";
import fc from "fast-check";
import { formatLine } from "../../src/log/line_format.ts";

const TIME = "2025-12-01 20:39:08.993";
const AT = { module: "collect.cycle", function: "run", line: 184 };

Deno.test("formatLine() writes a line as documented for users", () => {
  assert.equal(
    formatLine(TIME, "INFO", AT, "Checking missing dates for DETR"),
    "2025-12-01 20:39:08.993 | INFO     | collect.cycle:run:184 - Checking missing dates for DETR",
  );
});

Deno.test("formatLine() pads every level to eight characters", () => {
  for (const level of ["DEBUG", "INFO", "WARNING", "ERROR"] as const) {
    assert.equal(formatLine(TIME, level, AT, "").split(" | ")[1], level.padEnd(8));
  }
});

Deno.test("formatLine() escapes characters that would end the line or control a terminal", () => {
  const line = formatLine(TIME, "INFO", AT, "a\nb\r\nc\td\u2028e\x1b[31mf\0");
  assert.ok(line.endsWith(" - a\\nb\\r\\nc\\td\\u2028e\\u001b[31mf\\u0000"), line);
});

Deno.test("formatLine() makes one line, whatever a message or a function name contains", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (message, name) => {
    const line = formatLine(TIME, "ERROR", { ...AT, function: name }, message);
    assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
  }));
});

Deno.test("formatLine() does not change characters that are not control characters", () => {
  const message = "Börse: {name} | 100 % \\ 💶";
  assert.ok(formatLine(TIME, "INFO", AT, message).endsWith(` - ${message}`));
});

Deno.test("formatLine() cuts an extremely long message, and says how much was left out", () => {
  const line = formatLine(TIME, "ERROR", AT, `${"a".repeat(8_000)}${"b".repeat(8_000_000)}`);
  assert.ok(line.endsWith(" - " + "a".repeat(8_000) + "… and 8000000 characters more"));
  assert.ok(formatLine(TIME, "ERROR", AT, "a".repeat(8_000)).endsWith("aaa"));
});
