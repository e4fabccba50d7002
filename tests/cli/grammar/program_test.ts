import assert from "node:assert/strict";
import { buildProgram } from "../../../src/cli/grammar/program.ts";

const namesOf = async (...args: string[]) =>
  (await buildProgram(() => {}, args)).commands.map((command) => command.name());

Deno.test("only the command that a line names is loaded, wherever the program's own options stand", async () => {
  assert.deepEqual(await namesOf("status", "DETR"), ["status", "completion", "help"]);
  assert.deepEqual(await namesOf("--wrk-dir", "/srv", "verify", "DETR"), ["verify", "completion", "help"]);
  assert.deepEqual(await namesOf("--wrk-dir", "status", "verify", "DETR"), [
    ...["status", "verify"],
    ...["completion", "help"],
  ]);
});

Deno.test("all commands are loaded for help, completion, an alias, and an unknown command", async () => {
  const all = await namesOf();
  assert.ok(all.length > 15 && all.includes("cleanup-raw"), `${all}`);
  for (const line of [["--help"], ["--help", "status"], ["help", "status"], ["completion", "bash"]]) {
    assert.deepEqual(await namesOf(...line), all);
  }
  for (const word of ["cleanup-raw-cache", "statu", ""]) assert.deepEqual(await namesOf(word), all);
});
