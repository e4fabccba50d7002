import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { minuteNames } from "../../scripts/replica/day.ts";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import * as program from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { reached } from "../e2e/evidence.ts";
import { downloadsDuring, partitionPath, type Program, rawPath, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const { ended, heard, idleDaemon, linesOf } = program;

/** Today, so that no raw file is old enough to be deleted for its age. */
const DAY = { ...program.DAY, date: new Date().toISOString().slice(0, 10) };
const NAMES = minuteNames(DAY);
/** What is removed below the working directory, and which minutes are then requested again. */
const FOLDERS: Record<string, { readonly path: string; readonly again: "none" | "all" }> = {
  "the folder of its raw files": { path: "data/de/xetra/raw", again: "none" },
  "its state folder": { path: ".xetra-parqed", again: "none" },
  "its working directory": { path: "", again: "all" },
  "the folder of a day's partition": { path: dirname(partitionPath("", "DETR", DAY.date)), again: "none" },
};

Deno.test(
  "a daemon from which folders are taken while it waits makes them anew: no ERROR, nothing is asked for again that is " +
    "in a partition or a raw file, and each cycle ends with the truth",
  async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: minute(4) } });
    using folder = temporaryDirectory();
    const dir = folder.of("work");
    await using daemon = await idleDaemon(replica, dir);
    const cycle = cyclesOf(daemon);
    let listed = 4;
    for (const [what, { path, again }] of Object.entries(FOLDERS)) {
      Deno.removeSync(join(dir, path), { recursive: true });
      replica.listed.until = minute(++listed);
      const downloads = await downloadsDuring(replica, () => cycle(": DETR: "));
      const expected = again === "all" ? NAMES.slice(0, listed) : [NAMES[listed - 1]];
      assert.deepEqual(downloads.toSorted(), expected, what);
      await assertStoresTruth(dir, replica, NAMES.slice(listed));
    }
    assert.deepEqual(linesOf(await ended(daemon, "SIGTERM"), "ERROR"), []);
  },
);

Deno.test(
  "a daemon from which a folder is taken while a file arrives for it fails that cycle with one ERROR that names the " +
    "file; the next cycle has the truth",
  async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: minute(4) } });
    using folder = temporaryDirectory();
    const dir = folder.of("work");
    await using daemon = await idleDaemon(replica, dir);
    const cycle = cyclesOf(daemon);
    const taken = [dirname(rawPath(dir, NAMES[0])), join(dir, "data"), dir];
    for (const [index, path] of taken.entries()) {
      const name = NAMES[4 + index];
      replica.inject("storage", drip(20, 20), { times: 1, name });
      replica.listed.until = minute(5 + index);
      const take = async () => {
        await reached(daemon, "the slow download", () => arrives(dir, name));
        Deno.renameSync(path, folder.of(`taken${index}`));
      };
      const says = `(?=.*No such file or directory).*${name}`;
      await Promise.all([cycle(` failed.*: DETR: ${says}`), take()]);
      await cycle(": DETR: ");
      await assertStoresTruth(dir, replica, NAMES.slice(5 + index));
    }
    assert.equal(linesOf(await ended(daemon, "SIGTERM"), "ERROR").length, taken.length);
  },
);

Deno.test("a daemon whose log folder is removed creates it again, and every later line is in the new log", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: minute(4) } });
  using folder = temporaryDirectory();
  const log = folder.of("log/detr.log");
  await using daemon = await idleDaemon(replica, folder.of("work"), ["--log-file", log]);
  const before = Deno.readTextFileSync(log);
  Deno.removeSync(dirname(log), { recursive: true });
  await cyclesOf(daemon)(": DETR: ");
  const { stderr } = await ended(daemon, "SIGTERM");
  assert.equal(before + Deno.readTextFileSync(log), stderr);
});

/** Requests one cycle after the other, and awaits the end of each. */
function cyclesOf(daemon: Program): (ending: string) => Promise<void> {
  let cycles = 1;
  return async (ending) => {
    await program.pastEcho();
    daemon.child.kill("SIGUSR2");
    await heard(daemon, new RegExp(` - Cycle ${++cycles}${ending}`));
  };
}

/** The end of what is listed when it is so many minutes. */
function minute(count: number): string {
  return `${DAY.date}T08:${String(count).padStart(2, "0")}`;
}

/** Whether a part of a file lies in the working directory. */
function arrives(dir: string, name: string): boolean {
  return filesBelow(dirname(rawPath(dir, name))).some((path) => path.includes(`.unfinished-${name}`));
}
