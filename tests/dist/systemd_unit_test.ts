import assert from "node:assert/strict";
import { temporaryDirectory } from "../e2e/harness.ts";
import { setting, unitText } from "./unit.ts";

const hasSystemd = await Deno.stat("/usr/bin/systemd-analyze").then(() => true, () => false);
if (!hasSystemd) console.log("systemd-analyze is not there: the unit is not verified");

/** What systemd-analyze says of an instance of the unit, and its exit code. */
async function analyze(verb: string, ...options: string[]): Promise<{ code: number; said: string }> {
  using folder = temporaryDirectory();
  const path = folder.of("xetra-parqed@DETR.service");
  Deno.writeTextFileSync(path, unitText());
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: [verb, ...options, path],
    env: { SYSTEMD_PAGER: "", SYSTEMD_COLORS: "0" },
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test({
  name: "`systemd-analyze verify` finds nothing to say about the unit",
  ignore: !hasSystemd,
  fn: async () => {
    assert.deepEqual(await analyze("verify", "--recursive-errors=no"), { code: 0, said: "" });
  },
});

Deno.test({
  name: "`systemd-analyze security` finds the unit's exposure at 1.5 or less",
  ignore: !hasSystemd,
  fn: async () => {
    const { code, said } = await analyze("security", "--offline=true", "--threshold=15");
    const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(said) ?? assert.fail(said);
    console.log(`exposure ${exposure}`);
    assert.equal(code, 0, said);
    assert.ok(Number(exposure) <= 1.5);
  },
});

Deno.test("the unit's user, folders, restarts and reload are those that were settled", () => {
  const names = ["Type", "User", "StateDirectory", "LogsDirectory", "RuntimeDirectory", "UMask"];
  assert.deepEqual(names.map(setting), ["notify", "xetra", "xetra", "xetra", "xetra/%i", "0027"]);
  assert.equal(setting("Restart"), "on-failure");
  assert.equal(setting("RestartPreventExitStatus"), "64 75");
  assert.equal(setting("ExecReload"), "/bin/kill -HUP $MAINPID");
});
