import assert from "node:assert/strict";
import { status } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, jsonOf, logOf } from "../e2e/evidence.ts";
import { fetchArgs, type Run, runProgram, temporaryDirectory } from "../e2e/harness.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 300, minutes: { from: 480, until: 530 } };
const GONE = "DETR-posttrade-2026-09-01T08_20.json.gz";

type Keyed = Record<string, unknown>;

Deno.test("fetch-trades --json is one document with stable keys, also when files are pending or a venue has none", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("download", status(404), { name: GONE });
  using folder = temporaryDirectory();
  const run = await runProgram(fetchArgs(replica, folder.path, ["DETR", "DXXX"], "--json"));
  assertForeseen(run, 3);
  const document = jsonOf<{ venues: Keyed[] }>(run);
  assert.deepEqual(Object.keys(document), ["venues"]);
  const keys = [
    ...["venue", "exitCode", "listed", "skipped", "odd", "files", "bytes", "trades"],
    ...["pending", "lost", "rejected", "findings", "contradictions"],
  ];
  for (const venue of document.venues) assert.deepEqual(Object.keys(venue), keys);
  const [detr, dxxx] = document.venues;
  assert.deepEqual(dxxx, {
    ...{ venue: "DXXX", exitCode: 0, listed: null, skipped: [], odd: [], files: 0, bytes: 0, trades: 0 },
    ...{ pending: {}, lost: [], rejected: [], findings: [], contradictions: [] },
  });
  assert.deepEqual([detr.exitCode, detr.listed, detr.files], [3, 50, 49]);
  assert.deepEqual(Object.keys(detr.pending as Keyed), [GONE]);
  assert.deepEqual(Object.keys((detr.findings as Keyed[])[0]), [
    ...["kind", "date", "rows", "added", "duplicates", "conflicts"],
  ]);
});

Deno.test("fetch-trades --json of a venue that failed has its exit code and error", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("file"), "");
  const run = await runProgram(fetchArgs(replica, folder.of("file"), ["DETR"], "--json"));
  const [{ error, ...rest }] = jsonOf<{ venues: Keyed[] }>(run).venues;
  assert.deepEqual([run.code, rest], [73, { venue: "DETR", exitCode: 73 }]);
  assert.match(String(error), /^cannot write /);
});

Deno.test("--json of every other command is one document with stable keys", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  using folder = temporaryDirectory();
  replica.listed.until = "2026-09-01T08:22";
  replica.inject("download", status(404), { name: GONE });
  const [{ trades }] =
    jsonOf<{ venues: Keyed[] }>(await runProgram(fetchArgs(replica, folder.path, ["DETR"], "--json"))).venues;
  replica.listed.until = null;
  const ask = (...args: string[]) => {
    const url = args[0] === "check-partial" ? [] : ["--api-url", replica.apiUrl];
    return runProgram([...args, "--json", "--wrk-dir", folder.path, ...url]);
  };
  const daily = "DETR-posttrade-daily-2026-09-01.json.gz";
  const listed = await ask("list-files", "DETR");
  const files = jsonOf<{ files: Keyed[] }>(listed).files;
  assert.deepEqual([Object.keys(jsonOf(listed)), files.length], [["venue", "files", "skipped"], 51]);
  assert.deepEqual(files.at(-1), { name: daily, date: "2026-09-01", kind: "daily" });

  assert.deepEqual(jsonOf(await ask("check-status", "DETR")), {
    venues: [{
      venue: "DETR",
      days: [{
        ...{ date: "2026-09-01", listed: 51, stored: 21, waiting: 0, pending: 30, lost: 0 },
        ...{ absent: 0, trades, damaged: false },
      }],
    }],
  });
  assert.deepEqual(jsonOf(await ask("check-partial", "DETR")), {
    venues: [{
      venue: "DETR",
      dates: 1,
      days: [{
        date: "2026-09-01",
        absent: [
          { from: "00_00", to: "07_59", minutes: 480 },
          { from: "08_22", to: "21_00", minutes: 759 },
          { from: "23_00", to: "23_59", minutes: 60 },
        ],
        ...{ gaps: [], pending: [GONE], undecoded: [], withBadLines: [] },
        ...{ contradictions: [], rejected: [], damage: null },
      }],
      strays: [],
    }],
  });
  assert.deepEqual(jsonOf(await ask("fetch-trades", "DETR", "--no-store")), {
    venues: [{
      ...{ venue: "DETR", listed: 51, waiting: 0 },
      days: [{ date: "2026-09-01", minuteFiles: 0, dailyFiles: 1, oddFiles: 0 }],
      estimatedSeconds: 0,
    }],
  });
});

Deno.test("in a pipe there are whole lines of the log, one every 50 files, and no escape codes", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const env = { NO_COLOR: "" };
  const run = await runProgram(fetchArgs(replica, folder.path), { env });
  assertForeseen(run, 0);
  assert.equal(run.stdout, "");
  assert.doesNotMatch(run.stderr.replaceAll("\n", ""), /\p{Cc}/u);
  assert.equal(progressOf(run).length, 1);
  assert.match(progressOf(run)[0], /^INFO 50\/50 files {2}[\d,]+ trades {2}[\d,]+ files\/min {2}\d+ s left$/);
});

Deno.test("where the journal reads the log, the severity of a line is a prefix that it takes off", async () => {
  await using replica = await startReplica({ days: [] });
  using folder = temporaryDirectory();
  const prefixes = async (journalStream: string) => {
    const under = ["sh", "-c", `JOURNAL_STREAM=${journalStream} exec "$@"`, "sh"];
    const { stderr } = await runProgram(fetchArgs(replica, folder.path, ["DXXX"]), { under });
    return stderr.trimEnd().split("\n").map((line) => line.slice(0, 3));
  };
  assert.deepEqual(await prefixes("$(stat -Lc %d:%i /proc/self/fd/2)"), ["<4>", "<6>", "<6>"]);
  // What a shell under systemd passes on to a program whose standard error is something else.
  for (const stream of ["8:1", "$(stat -Lc %d:%i /proc/self/fd/2)1", "x"]) {
    for (const prefix of await prefixes(stream)) assert.match(prefix, /^\d{3}$/);
  }
});

function progressOf(run: Run): string[] {
  return logOf(run).filter((line) => line.includes("files/min"));
}
