import assert from "node:assert/strict";
import { DATASETS } from "../../src/store/datasets.ts";
import { setting } from "./unit.ts";

const UNIT = new URL("../../dist/systemd/xetra-parqed-mirror.service", import.meta.url).pathname;
const canAnalyze = await Deno.stat("/usr/bin/systemd-analyze").then(() => true, () => false);
if (!canAnalyze) console.log("systemd-analyze is not there: the mirror's units are not verified");

async function analyze(...args: string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args,
    env: { SYSTEMD_PAGER: "", SYSTEMD_COLORS: "0" },
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("the mirror copies every dataset, each by one of its two commands, and has no command that deletes", () => {
  const commands = Deno.readTextFileSync(UNIT).split("\n").filter((line) => line.startsWith("ExecStart="));
  const folders = commands.flatMap((command) =>
    / \/\{([^}]*)\}\/\*\*\.parquet$/.exec(command)![1].split(",")
  );
  for (const { folder } of DATASETS) {
    assert.equal(folders.filter((name) => name === folder).length, 1, folder);
  }
  for (const command of commands) assert.match(command, / copy \/var\/lib\/xetra\/data\/de\/xetra mirror: /);
});

Deno.test({
  name: "`systemd-analyze` finds nothing to say about the mirror's units, and an exposure of 1.5 or less",
  ignore: !canAnalyze,
  fn: async () => {
    // verify wants the program to be there; it is where the mirror runs
    const units = [UNIT, UNIT.replace(/service$/, "timer")];
    const { said } = await analyze("verify", "--recursive-errors=no", "--man=no", ...units);
    assert.equal(said.replace(/^.*Command \/usr\/bin\/rclone is not executable.*\n/gm, ""), "");
    const { code, said: exposed } = await analyze("security", "--offline=true", "--threshold=15", UNIT);
    assert.equal(code, 0, exposed);
    assert.equal(setting(Deno.readTextFileSync(UNIT), "User"), "xetra");
  },
});
