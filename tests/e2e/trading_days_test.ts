import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { tradingDayBefore } from "../../src/feed/calendar/holidays.ts";
import { statusOf, type StatusReport } from "./daemon_program.ts";
import { assertForeseen, jsonOf, logOf } from "./evidence.ts";
import { temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { fetchDetr, fetched } from "./morning.ts";

/** The trading day before today, which the exchange keeps all of today. */
const DATE = tradingDayBefore(Temporal.Now.zonedDateTimeISO("Europe/Berlin").toPlainDate()).toString();
const DAY = { venue: "DETR", date: DATE, trades: 50, minutes: { from: 600, until: 610 } };

/** How many minutes are absent, by `status --json` and by the metrics, which say the same. */
async function absentIn(dir: string): Promise<number> {
  const [{ state }] = jsonOf<{ venues: StatusReport[] }>(await statusOf(dir, "--json")).venues;
  const absent = state!.days.reduce((sum, day) => sum + Number(day.absent), 0);
  const metrics = Deno.readTextFileSync(`${dir}/.xetra-parqed/metrics-DETR.prom`);
  assert.match(metrics, new RegExp(`^xetra_parqed_absent_minutes\\{venue="DETR"\\} ${absent}$`, "m"));
  return absent;
}

Deno.test("minutes that were never listed are absent until the daily file supplies them, and do not make runs fail", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true, listed: { until: `${DATE}T10:10` } });
  using folder = temporaryDirectory();
  const start = Date.now();
  await fetched(replica, folder.path);
  const absent = await absentIn(folder.path);
  const { stdout } = await statusOf(folder.path);
  assert.match(
    stdout,
    /^ {2}absent +[\d,]+ minutes absent, the first on .*: the exchange never listed them$/m,
  );
  const partial = () => runInOneProcess(["check-partial", "DETR", "--wrk-dir", folder.path]);
  assert.match(
    (await partial()).stdout,
    new RegExp(`^${DATE}  600 minutes absent, 00_00 to 09_59 UTC: neither listed nor stored$`, "m"),
  );

  replica.listed.until = null;
  await fetched(replica, folder.path);
  // Those of today remain, and their number grows each minute.
  const filled = absent - await absentIn(folder.path);
  const minutes = Math.ceil((Date.now() - start) / 60_000);
  assert.ok(1321 - 10 - minutes <= filled && filled <= 1321 - 10, `${filled}, ${minutes} minutes later`);
  assert.doesNotMatch((await partial()).stdout, new RegExp(`^${DATE} .* 00_00 to 09_59`, "m"));
});

Deno.test("a trading day with only empty files is a WARNING and a line of status, not a failure", async () => {
  await using replica = await startReplica({ days: [{ ...DAY, trades: 0 }] });
  using folder = temporaryDirectory();
  const run = await fetchDetr(replica, folder.path);
  assertForeseen(run, 0);
  const warning = `WARNING DETR: no trade on ${DATE}. If there was trading, its files are incomplete`;
  assert.deepEqual(logOf(run).filter((line) => line.startsWith("WARNING")), [warning]);
  assert.match((await statusOf(folder.path)).stdout, new RegExp(`^ {2}quiet day +no trade on ${DATE}$`, "m"));
  const metrics = Deno.readTextFileSync(`${folder.path}/.xetra-parqed/metrics-DETR.prom`);
  assert.match(metrics, /^xetra_parqed_quiet_day\{venue="DETR"\} 1$/m);
  assert.deepEqual(
    logOf(await fetchDetr(replica, folder.path)).filter((line) => /WARN/.test(line)),
    [],
  );
});
