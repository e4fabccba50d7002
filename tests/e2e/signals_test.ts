import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { stall } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, countsOf, logOf, onlyErrorOf, rawFileCount, reached } from "./evidence.ts";
import { caught } from "./caught.ts";
import { filesBelow, isThere } from "./disk.ts";
import {
  fetchArgs,
  partitionPath,
  type Program,
  type Run,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "./harness.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };
const LAST = "DETR-posttrade-2026-09-01T08_09.json.gz";
/** For a user at a terminal, or for systemd, it ends at once: within some ms, and more on a busy machine. */
const AT_ONCE_MILLIS = 1_000;
/** A sort of 65,536 trades is not interrupted: a quarter of a second, and more on a busy machine. */
const SOON_MILLIS = 4_000;
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Ending = keyof typeof CODES;

for (const [signal, code] of Object.entries(CODES) as [Ending, number][]) {
  Deno.test(`${signal} while the listing is awaited ends the program at once, with ${code}`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    replica.inject("list", stall(5), { times: 1 });
    await using program = startProgram(fetchArgs(replica, folder.path));
    await reached(program, "the request for the listing", () => replica.requests.length === 1);
    assertInterrupted(await interrupted(program, signal), signal);
    await assertCompletes(replica, folder.path, 10, 400);
  });

  Deno.test(`${signal} during a stalled download ends the program at once, with ${code}`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    replica.inject("storage", stall(10), { name: LAST, times: 1 });
    await using program = startProgram(fetchArgs(replica, folder.path));
    await reached(program, "the other downloads", () => isLastAwaited(replica, folder.path));
    assertInterrupted(await interrupted(program, signal), signal);
    assert.deepEqual(filesBelow(folder.path).filter((path) => path.includes("unfinished")), []);
    await assertCompletes(replica, folder.path, 1, 400);
    assert.equal(countsOf(replica.requests)[`download ${LAST}`], 2);
  });
}

Deno.test("a signal while a day is published ends the program soon; the next run publishes it", async () => {
  const day = { ...DAY, trades: 120_000, minutes: { from: 480, until: 500 } };
  await using replica = await startReplica({ days: [day] });
  using folder = temporaryDirectory();
  const partition = partitionPath(folder.path, day.venue, day.date);
  await using program = await caught({
    what: "the publication",
    start: () => startProgram(fetchArgs(replica, folder.path)),
    seen: () => isPublishing(folder.path),
    isOver: () => isThere(partition),
    undo: () => Deno.removeSync(partition),
  });
  const run = await interrupted(program, "SIGTERM", "SIGCONT");
  assertInterrupted(run, "SIGTERM", SOON_MILLIS);
  assert.deepEqual(filesBelow(folder.path).filter((path) => path.endsWith(".parquet")), []);

  const requests = replica.requests.length;
  await assertCompletes(replica, folder.path, 0, 120_000);
  assert.equal(replica.requests.length, requests + 1, "only the listing is asked for");
  assert.ok(!isPublishing(folder.path), "what was being written is taken away");
});

Deno.test("a signal while the quota is awaited ends the program at once", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using program = startProgram([...fetchArgs(replica, folder.path), "--quota", "4/600"]);
  await reached(program, "the downloads of the first window", () => rawFileCount(folder.path) === 4);
  assertInterrupted(await interrupted(program, "SIGINT"), "SIGINT");
});

Deno.test("signals that are delivered twice end the program like one", async () => {
  await using replica = await startReplica({ days: [DAY] });
  for (const signals of [["SIGTERM", "SIGTERM"], ["SIGINT", "SIGINT"]] as Ending[][]) {
    using folder = temporaryDirectory();
    const before = replica.requests.length;
    replica.inject("storage", stall(10), { name: LAST, times: 1 });
    await using program = startProgram(fetchArgs(replica, folder.path));
    await reached(program, "the other downloads", () => isLastAwaited(replica, folder.path, before));
    assertInterrupted(await interrupted(program, ...signals), signals[0]);
    await assertCompletes(replica, folder.path, 1, 400);
  }
});

Deno.test("reading commands end on a signal as well", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("list", stall(5));
  for (const [i, command] of ["list-files", "check-status"].entries()) {
    await using program = startProgram([
      command,
      "DETR",
      "--api-url",
      replica.apiUrl,
      "--wrk-dir",
      folder.path,
    ]);
    await reached(program, "the request for the listing", () => replica.requests.length === i + 1);
    assertInterrupted(await interrupted(program, "SIGINT"), "SIGINT");
  }
});

Deno.test("a calendar of many years ends on a signal as well, although nothing of them is stored", async () => {
  using folder = temporaryDirectory();
  const trades = folder.of("data/de/xetra/trades");
  Deno.mkdirSync(trades, { recursive: true });
  Deno.writeTextFileSync(
    `${trades}/venue=DFRA`,
    "a file, no folder: by this error the program says that it has begun",
  );
  const args = ["coverage", "DFRA", "DETR", "--from", "1950-01-01", "--wrk-dir", folder.path];
  await using program = startProgram(args);
  await program.said(/DFRA: Not a directory/);
  const { code, stderr, stdout } = await interrupted(program, "SIGINT");
  assert.deepEqual([code, stdout], [130, ""]);
  assert.match(stderr, /DETR: Interrupted by SIGINT/);
});

/** How the program ends when it gets these signals now; its `millis` count from the first. */
async function interrupted(
  { child, ended }: Program,
  ...signals: readonly (Ending | "SIGCONT")[]
): Promise<Run> {
  const start = performance.now();
  for (const signal of signals) child.kill(signal);
  const run = await ended;
  const millis = performance.now() - start;
  console.log(`${signals.join(" and ")}: ended after ${Math.round(millis)} ms`);
  return { ...run, millis };
}

function assertInterrupted(run: Run, signal: Ending, withinMillis = AT_ONCE_MILLIS): void {
  assert.match(
    onlyErrorOf(run, CODES[signal]),
    new RegExp(`Interrupted by ${signal}; .*the next run goes on`),
  );
  assert.equal(run.signal, null, "it ended by itself");
  assert.ok(run.millis < busy() * withinMillis, `${run.millis} ms`);
}

/** Fails unless a run now fetches what is missing and stores everything. */
async function assertCompletes(replica: Replica, dir: string, files: number, trades: number): Promise<void> {
  const run = await runProgram(fetchArgs(replica, dir));
  assertForeseen(run, 0);
  const said = logOf(run).find((line) => line.includes(" fetched, "));
  const count = files === 1 ? "1 file" : `${files} files`;
  assert.equal(said, `INFO DETR: ${count} fetched, ${trades.toLocaleString("en-US")} trades added`);
}

/** Whether a fetch that made all requests from this one on has all files but the last, which has been asked for. */
function isLastAwaited({ requests }: Replica, dir: string, from = 0): boolean {
  return rawFileCount(dir) === 9 && countsOf(requests.slice(from))[`storage ${LAST}`] === 1;
}

/** Whether a partition is being written, in its folder beside the data. */
function isPublishing(dir: string): boolean {
  return filesBelow(`${dir}/data/de/xetra/aside`).some((path) =>
    path.includes("/.unfinished-trades.parquet-")
  );
}
