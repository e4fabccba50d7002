import assert from "node:assert/strict";
import { VERSION } from "../../src/cli/version.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { Home } from "./portable.ts";

/** How the smoke test of a program ended. */
async function smoke(program: string): Promise<{ code: number; tried: string[]; stderr: string }> {
  const script = new URL("../../scripts/smoke.ts", import.meta.url).pathname;
  const args = ["run", "--quiet", "-A", script, program];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const tried = text(stdout).trimEnd().split("\n").map((line) => line.split(": ")[0]);
  return { code, tried, stderr: text(stderr) };
}

Deno.test("the portable program passes the smoke test", async () => {
  using home = new Home();
  const { code, tried, stderr } = await smoke(home.program);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(tried, [
    "--version",
    "a fetch from the replica",
    "a second fetch has nothing to do",
    "a daemon, a second one refused, SIGTERM",
  ]);
});

Deno.test("a program that only prints its version fails the smoke test", async () => {
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("idle"), `#!/bin/sh\necho ${VERSION}\n`, { mode: 0o755 });
  const { code, tried, stderr } = await smoke(folder.of("idle"));
  assert.deepEqual([code, tried], [1, ["--version"]]);
  assert.match(stderr, /idle failed: .*trades\.parquet/);
});

Deno.test("a program of another version fails the smoke test", async () => {
  const { code, tried } = await smoke("/usr/bin/true");
  assert.deepEqual([code, tried], [1, [""]]);
});
