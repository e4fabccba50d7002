import assert from "node:assert/strict";
import { BAKED_FLAGS, ENVIRONMENT } from "../../scripts/release/flags.ts";
import { VERSION } from "../../src/cli/version.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { LAUNCHER } from "./unit.ts";

Deno.test("the launcher starts Deno as the compiled and the portable program are built", () => {
  const [, environment, flags] =
    /^export ([^\n]+)\n.*^deno=\$\(deno .*^exec "\$deno" run (.*) "\$root\/main\.ts" "\$@"$/ms
      .exec(Deno.readTextFileSync(LAUNCHER)) ?? assert.fail("it ends otherwise");
  const words = flags.split(/[\s\\]+/).map((word) => word.replaceAll("'", ""));
  assert.deepEqual([environment, words], [ENVIRONMENT, ["--quiet", ...BAKED_FLAGS]]);
});

Deno.test("the launcher runs by a link, in another folder, and passes on arguments and exit codes", async () => {
  using folder = temporaryDirectory();
  Deno.symlinkSync(LAUNCHER, folder.of("xetra-parqed"));
  const run = async (...args: string[]) => {
    const { code, stdout } = await new Deno.Command("./xetra-parqed", {
      args,
      cwd: folder.path,
      stderr: "null",
    })
      .output();
    return { code, stdout: new TextDecoder().decode(stdout).trim() };
  };
  assert.deepEqual(await run("--version"), { code: 0, stdout: VERSION });
  assert.deepEqual(await run("fetch-trades", "DETR", "--interval", "a b"), { code: 64, stdout: "" });
});
