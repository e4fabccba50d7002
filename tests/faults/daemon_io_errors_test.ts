import assert from "node:assert/strict";
import { dirname } from "node:path";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAY, ended, heard, idleDaemon, linesOf, pastEcho } from "../e2e/daemon_program.ts";
import { partitionPath, type Program, rawPath, startCommand, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { everyRound } from "./extent.ts";
import { canTrace } from "./main_thread_calls.ts";

const TRADES = "trades/venue=DETR/year=2026/month=09/day=01/trades.parquet";
const RAW = "raw/venue=DETR/year=2026/month=09/day=01";

/** What fails in a cycle, by strace, and what the log then says of which file. */
interface Strike {
  readonly inject: string;
  /** Only calls on this path, as far as strace sees it: of a rename it is the old one. */
  readonly path?: "partition" | "raw" | "quota" | "lock";
  readonly says: string;
}

/** Without a path they are the nth in the thread of a cycle: its pending record, the raw file, a look at the disk of the partition, that, … */
const STRIKES: readonly Strike[] = [
  { inject: "openat:error=EMFILE", path: "partition", says: `Too many open files .*/${TRADES}` },
  { inject: "read:error=EIO", path: "partition", says: `Input/output error .*/${TRADES}` },
  { inject: "openat:error=EIO", path: "raw", says: `Input/output error .*/${RAW}` },
  { inject: "fsync:error=EIO", path: "raw", says: `cannot write \\S+/${RAW}/\\S+: Input/output error` },
  { inject: "rename:error=ENOSPC", says: "cannot write \\S+/pending-DETR.json: the disk is full" },
  { inject: "rename:error=EIO:when=2", says: `cannot write \\S+/${RAW}/\\S+.json.gz: Input/output error` },
  { inject: "rename:error=EIO:when=4", says: `cannot write \\S+/${TRADES}: Input/output error` },
  { inject: "write:error=ENOSPC", path: "quota", says: "cannot write \\S+/quota.json: the disk is full" },
  { inject: "flock:error=EIO", path: "lock", says: "cannot write \\S+/write-DETR.lock: Input/output error" },
];

Deno.test({
  name: "a daemon whose cycle meets ENOSPC, EIO or EMFILE tells the file in one ERROR line and stays up; " +
    "its next cycle has everything",
  ignore: !canTrace,
}, async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: minute(0) } });
  using folder = temporaryDirectory();
  const places = {
    quota: folder.of(".xetra-parqed/quota.json"),
    lock: folder.of(".xetra-parqed/write-DETR.lock"),
    partition: partitionPath(folder.path, "DETR", DAY.date),
    raw: dirname(rawPath(folder.path, `DETR-posttrade-${DAY.date}T08_00.json.gz`)),
  };
  await using daemon = await idleDaemon(replica, folder.path);
  let cycles = 1;
  const cycle = async (ending: string) => {
    await pastEcho();
    daemon.child.kill("SIGUSR2");
    await heard(daemon, new RegExp(` - Cycle ${++cycles}${ending}`));
  };
  const chosen = STRIKES.filter((_, index) => everyRound || index % 2 === 0);
  for (const [index, { inject, path, says }] of chosen.entries()) {
    replica.listed.until = minute(index + 1);
    {
      await using _strike = await struck(daemon, inject, path && places[path]);
      await cycle(" failed");
      await heard(daemon, new RegExp(`\\| ERROR .*${says}`));
    }
    await cycle(": DETR: ");
  }
  replica.listed.until = null;
  await cycle(": DETR: ");
  const run = await ended(daemon, "SIGTERM");
  const errors = linesOf(run, "ERROR");
  console.log(`${chosen.length} of ${STRIKES.length} strikes, ${cycles} cycles in all`);
  assert.equal(errors.filter((line) => line.startsWith("Cycle ")).length, chosen.length, errors.join("\n"));
  await assertStoresTruth(folder.path, replica);
});

/** The end of what is listed when so many minutes of the day have been struck. */
function minute(struck: number): string {
  return `${DAY.date}T08:${String(struck + 1).padStart(2, "0")}`;
}

/** Calls fail in all threads of a daemon, those to come included, until this is disposed. */
async function struck({ child }: Program, inject: string, path?: string): Promise<AsyncDisposable> {
  const only = path === undefined ? [] : ["-P", path];
  const strace = [
    "strace",
    "-f",
    "-o",
    "/dev/null",
    ...only,
    "-e",
    `inject=${inject}`,
    "-p",
    String(child.pid),
  ];
  const tracer = startCommand(strace);
  await heard(tracer, /attached/);
  return {
    async [Symbol.asyncDispose]() {
      tracer.child.kill("SIGINT");
      await tracer.ended;
    },
  };
}
