import assert from "node:assert/strict";
import { dirname } from "node:path";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY, ended, heard, linesOf } from "../e2e/daemon_program.ts";
import { rawPath, startProgram, temporaryDirectory } from "../e2e/harness.ts";
import { canMount, ownDisks } from "../e2e/own_disk.ts";

const MIB = 1024 * 1024;
/** The size of a day on the disk, so large that its few real files do not matter. */
const DAY_BYTES = 100 * MIB;

for (
  const [size, says] of [
    ["490m", "nothing"],
    ["350m", "WARNING the disk has room for 3 days"],
    ["150m", "ERROR the disk has room for 1 day"],
    ["50m", "ERROR the disk has room for 0 days"],
  ]
) {
  Deno.test({
    name: `on a disk of ${size} where a day takes 100 MiB a daemon says once a day: ${says}`,
    ignore: !canMount,
  }, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    await using disk = await ownDisks({ [folder.path]: size });
    const raw = rawPath(folder.path, `DETR-posttrade-${DAY.date}T08_00.json.gz`);
    await disk.run('mkdir -p "$1"; truncate -s "$2" "$1/large"', dirname(raw), String(DAY_BYTES));
    await using daemon = startProgram(
      daemonArgs(replica, folder.path, { more: ["--interval", "0.5s"] }),
      disk,
    );
    await heard(daemon, / - Cycle 3: /);
    const run = await ended(daemon, "SIGTERM");
    const told = (["WARNING", "ERROR"] as const).flatMap((level) =>
      linesOf(run, level).filter((line) => line.startsWith("the disk")).map((line) => `${level} ${line}`)
    );
    const advice = ", by what a day takes. Make room, or a day will be lost";
    assert.deepEqual(told, says === "nothing" ? [] : [`${says}${advice}`]);
  });
}
