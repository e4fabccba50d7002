import assert from "node:assert/strict";
import { stall, status } from "../../scripts/replica/fault_kinds.ts";
import type { QuoteDaySpec } from "../../scripts/replica/quotes/quote_day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { busy } from "../busy.ts";
import { assertHoldsTruth } from "../collect/quotes/hours.ts";
import { daemonArgs, DAY, ended, heard, linesOf, pastEcho } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, jsonOf, reached } from "./evidence.ts";
import { AMPLE_QUOTA, type Program, runProgram, startProgram, temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

const QUOTES: QuoteDaySpec[] = ["DGAT-pretrade", "DFRA-pretrade"].map((service) => ({
  service,
  date: DAY.date,
  rows: 40,
  instruments: 40,
  minutes: DAY.minutes,
}));

Deno.test("one daemon collects trades and, after each of their cycles, quotes; both have it for their daemon", async () => {
  await using replica = await startReplica({ days: [DAY], quotes: QUOTES });
  using folder = temporaryDirectory();
  await using daemon = startCollecting(replica, folder.path, "DGAT,DFRA");
  await heard(
    daemon,
    / - Quotes: Cycle 1: DGAT: 10 files, [\d,]+ quotes, .*; DFRA: 10 files, [\d,]+ quotes, .* s\n/,
  );
  for (const [venue, more] of [["DETR", []], ["DGAT", ["--quotes"]], ["DFRA", ["--quotes"]]] as const) {
    const run = await runProgram(["status", venue, "--wrk-dir", folder.path, "--json", ...more]);
    const { venues: [report] } = jsonOf(run) as { venues: { daemon: number | null }[] };
    assert.equal(report.daemon, daemon.child.pid);
  }
  const run = await ended(daemon, "SIGTERM");
  const [start] = linesOf(run, "INFO");
  assert.match(start, /^Starting daemon mode for DETR and quotes of DGAT, DFRA: fetching every 1 hour/);
  assert.deepEqual(linesOf(run, "ERROR"), []);
  assert.equal(await assertStoresTruth(folder.path, replica), 400);
  assert.ok(await assertHoldsTruth(folder, QUOTES) > 0);
  const raw = filesBelow(folder.of("data/de/xetra/raw"));
  assert.deepEqual(raw.filter((path) => path.includes("pretrade")), []);
});

Deno.test("no cycle of trades waits for quotes that hang or cannot be listed, and the daemon ends as soon as usual", async () => {
  await using replica = await startReplica({
    days: [DAY],
    quotes: QUOTES,
    listed: { until: `${DAY.date}T08:05` },
  });
  using folder = temporaryDirectory();
  replica.inject("list", status(503), { name: "DFRA-pretrade" });
  replica.inject("storage", stall(10), { name: `DGAT-pretrade-${DAY.date}T08_02.json.gz` });
  await using daemon = startCollecting(replica, folder.path, "DGAT,DFRA");
  await heard(daemon, / - Cycle 1: DETR: 5 files, /);
  await reached(
    daemon,
    "quotes",
    () => replica.requests.some(({ name }) => name.startsWith("DGAT-pretrade")),
  );
  replica.listed.until = null;
  await pastEcho();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: DETR: 5 files, /);
  const run = await ended(daemon, "SIGTERM");
  assert.ok(run.millis < busy() * 4_500, `${run.millis} ms`);
  assert.equal(await assertStoresTruth(folder.path, replica), 400);
  assert.doesNotMatch(run.stderr, /Quotes: Cycle 1: /, "they were under way all the time");

  replica.clearFaults();
  const rest = await runProgram([
    ...["--wrk-dir", folder.path, "fetch-quotes", "DGAT", "DFRA"],
    ...["--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA],
  ]);
  assertForeseen(rest, 0);
  await assertHoldsTruth(folder, QUOTES);
});

Deno.test("quotes that fail are an ERROR with their venue, once; the trades of the same cycle are fine", async () => {
  await using replica = await startReplica({ days: [DAY], quotes: QUOTES });
  using folder = temporaryDirectory();
  replica.inject("storage", status(503), { name: `DGAT-pretrade-${DAY.date}T08_02.json.gz` });
  const damaged = folder.of(
    "data/de/xetra/quotes/venue=DFRA/year=2026/month=09/day=01/hour=08/quotes.parquet",
  );
  Deno.mkdirSync(damaged.slice(0, damaged.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(damaged, "of another program");
  await using daemon = startCollecting(replica, folder.path, "DGAT,DFRA");
  await heard(daemon, / - Quotes: Cycle 1 failed \(DGAT: 9 files, .*\): DFRA: /);
  const run = await ended(daemon, "SIGTERM");
  assert.match(run.stderr, / - Cycle 1: DETR: 10 files, 400 trades/);
  assert.equal(linesOf(run, "ERROR").length, 2, run.stderr);
  assert.equal(Deno.readTextFileSync(damaged), "of another program");
  assert.equal(filesBelow(folder.of("data/de/xetra/raw/venue=DFRA")).length, 10, "nothing of it is lost");
});

Deno.test("two daemons of the same quotes exclude each other, whichever command started them; trades alone may run beside", async () => {
  await using replica = await startReplica({ days: [DAY], quotes: QUOTES });
  using folder = temporaryDirectory();
  const alone = (...more: string[]) => [
    ...["--wrk-dir", folder.path, "fetch-quotes", "DGAT", "--daemon", "--active-hours", "00:00-24:00"],
    ...["--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA, ...more],
  ];
  await using daemon = startProgram(alone("--notation", "1"));
  await heard(daemon, / - Cycle 1: DGAT: 10 files, [\d,]+ quotes, /);
  assertForeseen(await runProgram(alone()), 75);
  assertForeseen(await runProgram(daemonArgs(replica, folder.path, { more: ["--quotes", "DGAT"] })), 75);
  await using trades = startProgram(daemonArgs(replica, folder.path, { venues: ["DETR"] }));
  await heard(trades, / - Cycle 1: DETR: 10 files, 400 trades/);
  await ended(trades, "SIGTERM");
  await ended(daemon, "SIGTERM");
  await assertHoldsTruth(folder, QUOTES.slice(0, 1), ({ price_notation }) => price_notation === 1);
});

function startCollecting(replica: Replica, dir: string, quotes: string): Program {
  return startProgram(daemonArgs(replica, dir, { more: ["--quotes", quotes] }));
}
