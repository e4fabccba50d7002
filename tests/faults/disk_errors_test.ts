import assert from "node:assert/strict";
import { BAKED_FLAGS } from "../../scripts/release/flags.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY, heard, linesOf } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, onlyErrorOf, PATIENCE_MILLIS } from "../e2e/evidence.ts";
import {
  fetchArgs,
  partitionPath,
  rawPath,
  type Run,
  runProgram,
  startProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { everyRound } from "./extent.ts";
import { canTrace } from "./main_thread_calls.ts";

/** The shipped flags: without all permissions, some of Deno's errors do not name the path. */
const deno = ["run", "--quiet", ...BAKED_FLAGS];
/** Errors of reading a disk that is remote, was removed or fails, and when too many files are open. */
const FAILING = ["EIO", "EMFILE", "ESTALE", "ETIMEDOUT", "ENOTCONN", "EHOSTDOWN", "ENODEV"];
/** The same when the file system has found itself damaged. */
const DAMAGED = ["EUCLEAN", "EBADMSG"];

/** strace makes all of these calls on these paths fail; only on the main thread, which makes them. */
function failing(calls: string, error: string, paths: readonly string[]): string[] {
  const on = paths.flatMap((path) => ["-P", path]);
  return ["strace", "-qq", "-o", "/dev/null", ...on, "-e", `inject=${calls}:error=${error}`];
}

/** A folder with half of the day; the rest is listed. */
async function halfADay(replica: Replica): Promise<TemporaryDirectory> {
  const folder = temporaryDirectory();
  replica.listed.until = "2026-09-01T08:05";
  assertForeseen(await runInOneProcess(fetchArgs(replica, folder.path)), 0);
  replica.listed.until = null;
  return folder;
}

/** A run of a command on a folder under strace. */
function run(under: readonly string[], { path }: TemporaryDirectory, ...args: string[]): Promise<Run> {
  return runProgram(["--wrk-dir", path, ...args], {
    deno,
    under,
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });
}

Deno.test({
  name:
    "a disk that does not read is 73 with the file, and no damage; a file system that is damaged is 65 with the file",
  ignore: !canTrace,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = await halfADay(replica);
    const partition = partitionPath(folder.path, "DETR", DAY.date);
    const raw = rawPath(folder.path, "DETR-posttrade-2026-09-01T08_00.json.gz");
    const before = Deno.readFileSync(partition);
    const fetchMore = fetchArgs(replica, folder.path).slice(2);
    const commands: [file: string, args: string[]][] = [
      [partition, fetchMore],
      [raw, ["reprocess", "DETR", "--force"]],
      [`${folder.path}/.xetra-parqed/status-DETR.json`, ["status", "DETR"]],
      [partition, ["check-partial", "DETR"]],
      [partition, ["verify", "DETR", "--repair"]],
      [raw, ["verify", "DETR", "--repair"]],
    ];
    const assertTold = async (code: number, error: string, [file, args]: typeof commands[number]) => {
      const message = onlyErrorOf(await run(failing("read", error, [file]), folder, ...args), code);
      assert.ok(message.includes(file), `${error}, ${args[0]}: ${message}`);
      assert.equal(/is damaged/.test(message), code === 65, message);
    };
    for (const [i, error] of [...FAILING, ...DAMAGED].entries()) {
      // A sample gives each error to two of the commands, in turn.
      const chosen = commands.filter((_, j) => everyRound || (i + j) % 3 === 0);
      for (const command of chosen) await assertTold(DAMAGED.includes(error) ? 65 : 73, error, command);
    }
    assert.deepEqual(Deno.readFileSync(partition), before);
    assertForeseen(await runInOneProcess(fetchArgs(replica, folder.path)), 0);
    await assertStoresTruth(folder.path, replica);
  },
});

Deno.test({
  name: "EIO or EMFILE at any reading of a partition, before, while and after its digest is compared, is 73",
  ignore: !canTrace,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = await halfADay(replica);
    const partition = partitionPath(folder.path, "DETR", DAY.date);
    const before = Deno.readFileSync(partition);
    const trace = `${folder.path}.trace`;
    using _trace = { [Symbol.dispose]: () => Deno.removeSync(trace) };
    const traced = ["strace", "-qq", "-o", trace, "-P", partition, "-e", "trace=read"];
    assertForeseen(await run(traced, folder, "verify", "DETR"), 0);
    const reads = Deno.readTextFileSync(trace).split("\n").filter((line) => line.startsWith("read(")).length;
    assert.ok(reads > 10, "the columns are read one by one");
    for (const [i, when] of [1, 2, 3, 4, 5, Math.ceil(reads / 2), reads].entries()) {
      for (const error of ["EIO", "EMFILE"].filter((_, j) => everyRound || (i + j) % 2 === 0)) {
        const under = failing("read", `${error}:when=${when}`, [partition]);
        const message = onlyErrorOf(await run(under, folder, "verify", "DETR", "--repair"), 73);
        assert.ok(message.includes(partition) && !message.includes("is damaged"), `${when}: ${message}`);
      }
    }
    assert.deepEqual(Deno.readFileSync(partition), before);
  },
});

Deno.test({
  name: "a file system without locks is 73 with the lock's file: for a fetch, a daemon and status",
  ignore: !canTrace,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = await halfADay(replica);
    const state = `${folder.path}/.xetra-parqed`;
    const daemonLock = `${state}/daemon-DETR.lock`;
    Deno.writeTextFileSync(daemonLock, "");
    const fetchMore = fetchArgs(replica, folder.path).slice(2);
    const commands: [file: string, args: string[]][] = [
      [`${state}/write-DETR.lock`, fetchMore],
      [daemonLock, daemonArgs(replica, folder.path).slice(2)],
      [daemonLock, ["status", "DETR"]],
    ];
    for (const error of ["ENOLCK", "EOPNOTSUPP"]) {
      for (const [file, args] of commands) {
        const message = onlyErrorOf(await run(failing("flock", error, [file]), folder, ...args), 73);
        assert.ok(message.includes(file), `${error}, ${args[0]}: ${message}`);
      }
    }
  },
});

Deno.test({
  name: "a system that does not tell of the room on the disk is 73 with the folder",
  ignore: !canTrace,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = await halfADay(replica);
    const ended = await run(failing("statfs", "ENOSYS", [folder.path]), folder, "status", "DETR");
    assert.ok(onlyErrorOf(ended, 73).includes(folder.path));
  },
});

Deno.test({
  name:
    "a file system that has no sync of folders (EINVAL) is good enough: one WARNING of a fetch, one of a daemon",
  ignore: !canTrace,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = await halfADay(replica);
    const folders = new Set(
      filesBelow(folder.path).flatMap((path) => {
        const parts = path.slice(folder.path.length).split("/").slice(0, -1);
        return parts.map((_, count) => folder.path + parts.slice(0, count + 1).join("/"));
      }),
    );
    const under = failing("fsync", "EINVAL", [...folders]);
    const warning =
      `The file system of ${folder.path} cannot write a folder to disk at once: after a power cut the ` +
      "newest files may be missing. They are fetched again while they are listed";
    const fetched = await run(under, folder, ...fetchArgs(replica, folder.path).slice(2));
    assertForeseen(fetched, 0);
    assert.deepEqual(linesOf(fetched, "WARNING"), [warning]);
    await assertStoresTruth(folder.path, replica);
    await using daemon = startProgram(daemonArgs(replica, folder.path), { deno, under });
    await heard(daemon, / - Cycle 1: /);
    Deno.kill(Number(Deno.readTextFileSync(`${folder.path}/.xetra-parqed/daemon-DETR.lock`)), "SIGTERM");
    const { stderr } = await daemon.ended;
    assert.equal(stderr.split(warning).length, 2, stderr);
  },
});
