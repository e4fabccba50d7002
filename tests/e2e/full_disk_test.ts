import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, logOf, onlyErrorOf } from "./evidence.ts";
import { filesBelow } from "./disk.ts";
import { duckdb, fetchArgs, partitionPath, runProgram, temporaryDirectory } from "./harness.ts";
import { fetchDetr, fetched } from "./morning.ts";
import { canMount } from "./own_disk.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 6_000, minutes: { from: 480, until: 510 } };

/** Mounts a folder of this many KB on the first argument, only for the command that follows and its children. */
const MOUNTED = 'dir=$1; mount -t tmpfs -o size="$2"k none "$dir" && shift 2 && ';

Deno.test("a working directory that cannot be created is refused with 73, its path and what to do", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("file"), "");
  for (const dir of [folder.of("file"), folder.of("file/below"), "/proc/xetra"]) {
    const run = await fetchDetr(replica, dir);
    const error = onlyErrorOf(run, 73);
    assert.ok(error.startsWith(`DETR: cannot write ${dir}`), error);
    assert.match(error, /another --wrk-dir$/);
  }
  assert.deepEqual([replica.requests, filesBelow(folder.path)], [[], [folder.of("file")]]);
});

Deno.test("reading commands refuse such a working directory with 73 as well", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("file"), "");
  const [, , ...plan] = fetchArgs(replica, "", ["DETR"], "--no-store");
  const status = ["check-status", "DETR", "--api-url", replica.apiUrl];
  for (const command of [["check-partial", "DETR"], status, plan]) {
    const error = onlyErrorOf(await runProgram(["--wrk-dir", folder.of("file"), ...command]), 73);
    assert.match(error, new RegExp(`${folder.of("file")}/.*another --wrk-dir$`));
  }
});

Deno.test({
  name: "a read-only file system is refused with 73 before anything is asked for",
  ignore: !canMount,
}, async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const run = await runProgram(fetchArgs(replica, folder.path), {
    under: [
      "unshare",
      "-rm",
      "sh",
      "-c",
      `${MOUNTED} mount -o remount,ro "$dir" && exec "$@"`,
      "sh",
      folder.path,
      "64",
    ],
  });
  assert.match(onlyErrorOf(run, 73), /^DETR: cannot write \S+: the file system is read-only; choose another/);
  assert.deepEqual(replica.requests, []);
});

/**
 * The disk is a tmpfs of 200 KB, to which space is added before the second run; then everything is copied from it.
 */
Deno.test({
  name: "a disk that fills up costs nothing: 73, and with space the next run has everything",
  ignore: !canMount,
}, async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  Deno.mkdirSync(folder.of("disk"));
  const twice =
    `"$@"; echo "exit $?"; find "$dir" -name "*unfinished*"; mount -o remount,size=9999k "$dir"; "$@"; ` +
    `code=$?; cp -r "$dir" "$out" && exit $code`;
  const run = await runProgram(fetchArgs(replica, folder.of("disk")), {
    under: ["unshare", "-rm", "sh", "-c", MOUNTED + twice, "sh", folder.of("disk"), "200"],
    env: { out: folder.of("copy") },
  });
  assertForeseen(run, 0);
  assert.equal(run.stdout, "exit 73\n", "nothing unfinished stays");
  const errors = logOf(run).filter((line) => line.startsWith("ERROR "));
  assert.equal(errors.length, 1, run.stderr);
  assert.match(
    errors[0],
    /^ERROR DETR: cannot write \S+: the disk is full. Nothing that was stored is lost: free/,
  );
  await assertStored(folder.of("copy"));
});

/** Works without privileges: a limit on the size of files stops the partition, but not the smaller raw files. */
Deno.test("a partition that cannot be written leaves the raw files, from which the next run makes it", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const run = await runProgram(fetchArgs(replica, folder.path), {
    under: ["sh", "-c", `trap "" XFSZ; ulimit -f 64; exec "$@"`, "sh"],
  });
  assert.match(onlyErrorOf(run, 73), /^DETR: cannot write \S+/);
  assert.deepEqual(filesBelow(folder.path).filter((path) => /unfinished|parquet$/.test(path)), []);

  const before = replica.requests.length;
  await fetched(replica, folder.path);
  assert.equal(replica.requests.length, before + 1, "nothing is asked for twice");
  await assertStored(folder.path);
});

Deno.test("a report that does not fit on the disk ends with 73, not with 0, and one line says what to do about stdout", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await fetched(replica, folder.path);
  const wrkDir = ["--wrk-dir", folder.path];
  const reports = [
    ["list-files", "DETR", "--api-url", replica.apiUrl, ...wrkDir],
    ["status", "DETR", "--json", ...wrkDir],
    ...[[], ["--csv"], ["--json"]].map((form) => ["bars", "DETR", "--interval", "1h", ...form, ...wrkDir]),
    ["completion", "bash"],
    ["bars", "--help"],
  ];
  for (const args of reports) {
    const run = await runProgram(args, { under: ["sh", "-c", `exec "$@" > /dev/full`, "sh"] });
    assert.match(
      run.stderr,
      /stdout cannot be written: No space left on device \(os error 28\); free some space where the output goes, or send the output elsewhere\n$/,
      args.join(" "),
    );
    assert.deepEqual([run.code, run.stderr.match(/stdout/g)?.length], [73, 1], args.join(" "));
  }
});

Deno.test("a log file on a full disk does not stop a fetch, and standard error says so once", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const run = await runProgram([...fetchArgs(replica, folder.path), "--log-file", "/dev/full"]);
  assertForeseen(run, 0);
  assert.equal(logOf(run).filter((line) => line.includes("/dev/full")).length, 1, run.stderr);
  await assertStored(folder.path);
});

async function assertStored(dir: string): Promise<void> {
  using database = await duckdb();
  const path = partitionPath(dir, "DETR", "2026-09-01");
  assert.equal(await database.value(`SELECT count(*)::INTEGER FROM '${path}'`), 6_000);
}
