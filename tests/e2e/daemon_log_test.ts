import assert from "node:assert/strict";
import { minuteNames } from "../../scripts/replica/day.ts";
import { unknownEra } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { counted } from "../../src/collect/counted.ts";
import {
  DAY,
  ended,
  heard,
  idleDaemon,
  linesOf,
  pastEcho,
  startDaemon,
  statusOf,
  type StatusReport,
  upToDate,
} from "./daemon_program.ts";
import { jsonOf, logOf, reached } from "./evidence.ts";
import { sizeOf } from "./disk.ts";
import { temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

Deno.test("SIGHUP after the log was moved away begins a new one at once, and leaves the old one alone", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const [log, old] = [folder.of("logs/xetra.log"), folder.of("logs/xetra.log.1")];
  await using daemon = await idleDaemon(replica, folder.of("data"), ["--log-file", log]);
  Deno.renameSync(log, old);
  const before = Deno.readTextFileSync(old);
  daemon.child.kill("SIGHUP");
  await reached(daemon, "a new log", () => sizeOf(log) === 0);
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  const { stderr } = await ended(daemon, "SIGTERM");
  assert.equal(Deno.readTextFileSync(old), before);
  assert.equal(before + Deno.readTextFileSync(log), stderr);
});

Deno.test("a log that is moved away again and again while cycles run loses no line by it", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const log = folder.of("xetra.log");
  const more = ["--log-file", log, "--log-level", "DEBUG", "--interval", "0.1s"];
  await using daemon = startDaemon(replica, folder.of("data"), more);
  const logs: string[] = [];
  for (let times = 1; times <= 20; times++) {
    await reached(daemon, "lines in the log", () => (sizeOf(log) ?? 0) > 0);
    Deno.renameSync(log, `${log}.${times}`);
    daemon.child.kill("SIGHUP");
    logs.push(`${log}.${times}`);
  }
  await reached(daemon, "a new log", () => sizeOf(log) !== null);
  const { stderr } = await ended(daemon, "SIGTERM");
  assert.equal([...logs, log].map((path) => Deno.readTextFileSync(path)).join(""), stderr);
});

Deno.test("SIGHUP without a log file is received, and changes nothing", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using daemon = await idleDaemon(replica, folder.path);
  daemon.child.kill("SIGHUP");
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  assert.equal(logOf(await ended(daemon, "SIGTERM")).filter((line) => /HUP/.test(line)).length, 0);
});

Deno.test("each cycle is one line at INFO: files, trades, bars, how late the venue is, seconds", async () => {
  const now = upToDate("DETR");
  await using replica = await startReplica({ days: [DAY, now], listed: { until: "2026-09-01T08:10" } });
  using folder = temporaryDirectory();
  await using daemon = await idleDaemon(replica, folder.path);
  const days = (await statusJson(folder.path)).lagMinutes;
  assert.ok(days > 0);
  replica.listed.until = null;
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  const { state, lagMinutes } = await statusJson(folder.path);
  replica.listed.from = "2099-01-01T00:00"; // as at the weekend
  await pastEcho();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 3: /);
  const run = await ended(daemon, "SIGTERM");
  assert.ok(lagMinutes < 20, `${lagMinutes} minutes`);
  const trades = await assertStoresTruth(folder.path, replica);
  const cycles = linesOf(run, "INFO").filter((line) => line.startsWith("Cycle "));
  const told = cycles.map((line) =>
    line.replace(/[\d,]+ minutes? of/, "N minutes of").replace(/\d+\.\d s$/, "N s")
  );
  // Those of a day that is over, shortly after midnight, are of its month as well.
  told[1] = told[1].replace(/, bars of 1 day(?: and 1 month)?,/, ", bars,");
  assert.deepEqual(told, [
    "Cycle 1: DETR: 10 files, 400 trades, bars of 1 day and 1 month, stored to 2026-09-01T08:09 UTC, more than N minutes of trading behind, N s",
    `Cycle 2: DETR: 1 file, ${counted(trades - 400, "trade")}, bars, stored to ${state!.newestMinute} UTC, ` +
    "N minutes of trading behind, N s",
    `Cycle 3: DETR: 0 files, 0 trades, stored to ${
      state!.newestMinute
    } UTC, N minutes of trading behind, N s`,
  ]);
  assert.deepEqual(cycles.map(lagOf).map((lag) => lag < 20), [false, true, true], cycles.join("\n"));
});

Deno.test("at DEBUG there is a line for each file, and the journal gets the severity of each line", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("storage", unknownEra(), { name: minuteNames(DAY)[3] });
  Deno.writeTextFileSync(folder.of("xetra.pid"), "");
  const asJournal = ["sh", "-c", 'JOURNAL_STREAM="$(stat -Lc %d:%i /proc/self/fd/2)" exec "$@"', "sh"];
  const more = ["--log-level", "DEBUG", "--log-file", folder.of("xetra.log")];
  const pidFile = ["--pid-file", folder.of("xetra.pid")];
  await using daemon = startDaemon(replica, folder.of("data"), [...more, ...pidFile], { under: asJournal });
  await heard(daemon, / - Cycle 1 failed/);
  daemon.child.kill("SIGTERM");
  const { stderr, code } = await daemon.ended;
  assert.equal(code, 0);
  const lines = stderr.trimEnd().split("\n");
  assert.equal(
    lines.map((line) => line.slice(3)).join("\n") + "\n",
    Deno.readTextFileSync(folder.of("xetra.log")),
  );
  const levels = { DEBUG: "<7>", INFO: "<6>", WARNING: "<4>", ERROR: "<3>" };
  for (const [level, priority] of Object.entries(levels)) {
    const own = lines.filter((line) => line.includes(` | ${level} `));
    assert.ok(own.length > 0, level);
    assert.deepEqual(own.filter((line) => !line.startsWith(priority)), []);
  }
  for (const name of minuteNames(DAY)) {
    const own = lines.filter((line) => new RegExp(`DEBUG .* - ${name}: \\d+ bytes, \\d+ lines$`).test(line));
    assert.equal(own.length, 1, name);
  }
});

function lagOf(line: string): number {
  return Number(/ ([\d,]+) minutes? of trading behind/.exec(line)![1].replaceAll(",", ""));
}

async function statusJson(dir: string): Promise<StatusReport> {
  return jsonOf<{ venues: StatusReport[] }>(await statusOf(dir, "--json")).venues[0];
}
