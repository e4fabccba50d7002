import assert from "node:assert/strict";
import type { QuoteDaySpec } from "../../scripts/replica/quotes/quote_day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import {
  daemonArgs,
  DAY,
  ended,
  heard,
  idleDaemon,
  linesOf,
  pastEcho,
  startDaemon,
} from "./daemon_program.ts";
import { runProgram, startProgram, temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

const QUOTES: QuoteDaySpec = {
  service: "DGAT-pretrade",
  date: DAY.date,
  rows: 40,
  instruments: 40,
  minutes: DAY.minutes,
};
const ISIN = "DE0007164600";

Deno.test("a list of ISINs that is damaged or deleted after the daemon's start costs neither trades nor quotes", async () => {
  const listed = { until: `${DAY.date}T08:03` };
  await using replica = await startReplica({ days: [DAY], quotes: [QUOTES], listed });
  using dir = temporaryDirectory();
  const list = dir.of("isins.txt");
  Deno.writeTextFileSync(list, `${ISIN}\n`);
  const more = ["--quotes", "DGAT", "--quotes-isin", `@${list}`];
  await using daemon = startProgram(daemonArgs(replica, dir.path, { more }));
  await heard(daemon, / - Quotes: Cycle 1: DGAT: 3 files, /);
  const slips: [until: string | null, slip: () => void][] = [
    [`${DAY.date}T08:05`, () => Deno.writeTextFileSync(list, `${ISIN}\nDE000716461\n`)],
    [null, () => Deno.removeSync(list)],
  ];
  for (const [at, [until, slip]] of slips.entries()) {
    slip();
    replica.listed.until = until;
    await pastEcho();
    daemon.child.kill("SIGUSR2");
    await heard(daemon, new RegExp(` - Quotes: Cycle ${at + 2}: DGAT: \\d+ files?, `));
  }
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(linesOf(run, "ERROR"), []);
  assert.equal(await assertStoresTruth(dir.path, replica), 400);
});

Deno.test("a list of ISINs that is invalid when the daemon starts is refused, exit 64", async () => {
  using dir = temporaryDirectory();
  const args = daemonArgs({ apiUrl: "http://127.0.0.1:9/api" }, dir.path);
  const run = await runProgram([...args, "--quotes", "DGAT", "--quotes-isin", `@${dir.of("isins.txt")}`]);
  assert.equal(run.code, 64);
  assert.match(run.stderr, /The file of ISINs cannot be read: /);
});

Deno.test("a lake that vanishes after the daemon's start, or whose mount becomes a file, does not keep it from storing trades", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: `${DAY.date}T08:05` } });
  using dir = temporaryDirectory();
  Deno.mkdirSync(dir.of("share"));
  await using daemon = await idleDaemon(replica, dir.path, ["--export", dir.of("share/lake")]);
  Deno.renameSync(dir.of("share"), dir.of("away"));
  Deno.writeTextFileSync(dir.of("share"), "");
  replica.listed.until = null;
  await pastEcho();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: DETR: 5 files, /);
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(linesOf(run, "ERROR"), []);
  assert.equal(await assertStoresTruth(dir.path, replica), 400);
});

Deno.test("a lake that cannot be seen at the daemon's start is a WARNING, its export an ERROR, and trades are stored", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(dir.of("share"), "");
  await using daemon = startDaemon(replica, dir.path, ["--export", dir.of("share/lake")]);
  await heard(daemon, / - Cycle 1: DETR: 10 files, 400 trades/);
  const run = await ended(daemon, "SIGTERM");
  const told = linesOf(run, "WARNING").filter((line) => line.includes("lake"));
  assert.equal(told.length, 1, run.stderr);
  assert.match(
    told[0],
    /^The lake .*share\/lake cannot be looked at: .*; trades are collected all the same$/,
  );
  assert.match(linesOf(run, "ERROR").join("\n"), /^DETR: the export to .*share\/lake failed: /);
  assert.equal(await assertStoresTruth(dir.path, replica), 400);
});
