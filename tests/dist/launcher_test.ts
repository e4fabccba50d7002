import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { VERSION } from "../../src/cli/version.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { LAUNCHER } from "./unit.ts";

function flagsOf(words: readonly string[]): string[] {
  return words.map((word) => word.replaceAll("'", "")).filter((word) => /^--[a-z]/.test(word)).sort();
}

Deno.test("the launcher grants what `deno task daemon` grants, and reading and writing wherever its user may", () => {
  const unscoped = config.tasks.daemon.command.replace("--allow-read=.", "--allow-read")
    .replace("--allow-write=.,/run/systemd/notify", "--allow-write");
  const task = unscoped.slice(0, unscoped.indexOf("main.ts")).split(" ");
  const script = Deno.readTextFileSync(LAUNCHER);
  const launcher = script.slice(script.indexOf("exec ")).split(/\s+/);
  assert.deepEqual(flagsOf(launcher), flagsOf(task));
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
