import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { knownVenues } from "../../src/feed/venue.ts";
import { runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { packagedUnit } from "./packages.ts";
import {
  environment,
  LAUNCHER,
  setting,
  shippedUnit,
  type UnitFile,
  unitHere,
  UNITS,
  withLauncher,
} from "./unit.ts";

const hasSystemd = await Deno.stat("/usr/bin/systemd-analyze").then(() => true, () => false);
if (!hasSystemd) console.log("systemd-analyze is not there: the units are not verified");

/** How each tracked unit is printed. */
const PRINTED: Record<UnitFile, string[]> = {
  "xetra-parqed.service": knownVenues(),
  "xetra-parqed@.service": ["DETR", "--per-venue"],
};

/** What `install-service` prints, for the program that is here. */
async function printed(...args: string[]): Promise<string> {
  const run = await runProgram(["install-service", ...args, "--print"]);
  assert.deepEqual([run.code, run.stderr], [0, ""]);
  return withLauncher(run.stdout);
}

/** What systemd-analyze says about a unit, or about the instance DETR of a template, and its exit code. */
async function analyze(file: UnitFile, unit: string, ...options: string[]) {
  using folder = temporaryDirectory();
  const path = folder.of(file.replace("@", "@DETR"));
  Deno.writeTextFileSync(path, unit);
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: [...options, path],
    env: { SYSTEMD_PAGER: "", SYSTEMD_COLORS: "0" },
  }).output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** The shipped units, and what else `install-service` can write. */
async function variants(): Promise<[name: string, file: UnitFile, unit: string][]> {
  return [
    ...UNITS.map((file): [string, UnitFile, string] => [file, file, unitHere(file)]),
    ["the package's", "xetra-parqed.service", packagedUnit().replace("/usr/bin/xetra-parqed", LAUNCHER)],
    ["a dynamic user", "xetra-parqed.service", await printed("DETR", "--dynamic-user")],
    [
      "another user, folder and hours",
      "xetra-parqed.service",
      await printed(
        ...["DETR", "--user", "root", "--wrk-dir", "/srv/trades", "--interval", "15m"],
        ...["--active-hours", "07:00-22:30"],
      ),
    ],
  ];
}

for (const file of UNITS) {
  Deno.test(`the tracked ${file} is what install-service --print prints`, async () => {
    const run = await runProgram(["install-service", ...PRINTED[file], "--print"]);
    assert.equal(run.stdout, shippedUnit(file));
  });

  Deno.test(`${file}: user, folders, restarts, reload and environment are as specified`, () => {
    const unit = shippedUnit(file);
    const names = [
      "Type",
      "User",
      "StateDirectory",
      "LogsDirectory",
      "CacheDirectory",
      "UMask",
      "WatchdogSec",
    ];
    assert.deepEqual(names.map((name) => setting(unit, name)), [
      ...["notify", "xetra", "xetra", "xetra", "xetra", "0027", "180"],
    ]);
    assert.equal(setting(unit, "RuntimeDirectory"), file.includes("@") ? "xetra/%i" : "xetra/all");
    assert.equal(setting(unit, "Restart"), "on-failure");
    assert.equal(setting(unit, "RestartPreventExitStatus"), "64 75");
    assert.equal(setting(unit, "ExecReload"), "/bin/kill -HUP $MAINPID");
    const { MALLOC_MMAP_THRESHOLD_, XDG_CACHE_HOME } = environment(file);
    assert.equal(
      `MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_}`,
      config.tasks.daemon.command.split(" ")[0],
    );
    assert.ok(
      !setting(unit, "NoExecPaths").split(" ").includes(XDG_CACHE_HOME),
      "what is unpacked is executed",
    );
    assert.equal(XDG_CACHE_HOME, `/var/cache/${setting(unit, "CacheDirectory")}`);
  });
}

Deno.test({
  name: "`systemd-analyze verify` finds nothing to say about any unit",
  ignore: !hasSystemd,
  fn: async () => {
    for (const [name, file, unit] of await variants()) {
      const found = await analyze(file, unit, "verify", "--recursive-errors=no", "--man=no");
      assert.deepEqual(found, { code: 0, said: "" }, name);
    }
  },
});

Deno.test({
  name:
    "the unit for a user's own service manager is one that `systemd-analyze --user verify` has nothing to say of",
  ignore: !hasSystemd,
  fn: async () => {
    using folder = temporaryDirectory();
    const unit = Deno.readTextFileSync(
      new URL("../../dist/systemd/user/xetra-parqed.service", import.meta.url),
    );
    assert.deepEqual([setting(unit, "Type"), /^WatchdogSec/m.test(unit)], ["exec", false]);
    Deno.writeTextFileSync(folder.of("xetra-parqed.service"), unit);
    Deno.mkdirSync(folder.of(".local/bin"), { recursive: true });
    Deno.symlinkSync(LAUNCHER, folder.of(".local/bin/xetra-parqed"));
    const { code, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["--user", "verify", folder.of("xetra-parqed.service")],
      env: { HOME: folder.path, XDG_RUNTIME_DIR: folder.path },
    }).output();
    assert.deepEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
  },
});

Deno.test({
  name: "`systemd-analyze security` finds every unit's exposure at 1.5 or less",
  ignore: !hasSystemd,
  fn: async () => {
    for (const [name, file, unit] of await variants()) {
      const { code, said } = await analyze(file, unit, "security", "--offline=true", "--threshold=15");
      const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(said) ?? assert.fail(said);
      console.log(`exposure of ${name}: ${exposure}`);
      assert.equal(code, 0, said);
      assert.ok(Number(exposure) <= 1.5);
    }
  },
});
