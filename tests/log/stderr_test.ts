import assert from "node:assert/strict";
import type { Level } from "../../src/log/line_format.ts";
import { stderrOutput } from "../../src/log/stderr.ts";

function written(colour: boolean, journald: boolean): string[] {
  const lines: string[] = [];
  const output = stderrOutput({ write: (line) => void lines.push(line), colour, journald });
  for (const level of ["DEBUG", "INFO", "WARNING", "ERROR"] satisfies Level[]) output(level, "line");
  return lines;
}

Deno.test("stderrOutput() writes lines as they are to a file or a pipe", () => {
  assert.deepEqual(written(false, false), ["line", "line", "line", "line"]);
});

Deno.test("stderrOutput() prefixes syslog priorities for journald, and never colours there", () => {
  assert.deepEqual(written(false, true), ["<7>line", "<6>line", "<4>line", "<3>line"]);
  assert.deepEqual(written(true, true), ["<7>line", "<6>line", "<4>line", "<3>line"]);
});

Deno.test("stderrOutput() colours by level on a terminal and ends the colour with the line", () => {
  assert.deepEqual(written(true, false), [
    "\x1b[2mline\x1b[0m",
    "line",
    "\x1b[33mline\x1b[0m",
    "\x1b[31mline\x1b[0m",
  ]);
});
