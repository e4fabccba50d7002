import assert from "node:assert/strict";
import { startReplica } from "../../../scripts/replica/server.ts";
import { assertForeseen, logOf } from "../../e2e/evidence.ts";
import { fetchArgs, partitionPath, runProgram, temporaryDirectory } from "../../e2e/harness.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 60, minutes: { from: 480, until: 483 } };

Deno.test("global options are understood before and after the command", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const [, , ...fetch] = fetchArgs(replica, "");
  const globals = (name: string) => [
    ...["--wrk-dir", folder.of(name), "--log-level", "DEBUG", "--log-file", folder.of(`${name}.log`)],
    ...["--system-timezone", "Asia/Kolkata"],
  ];
  const before = await runProgram([...globals("before"), ...fetch]);
  const after = await runProgram([...fetch, ...globals("after")]);
  for (const [name, run] of Object.entries({ before, after })) {
    assertForeseen(run, 0);
    assert.ok(Deno.statSync(partitionPath(folder.of(name), "DETR", "2026-09-01")).isFile);
    assert.ok(logOf(run).some((line) => line.startsWith("DEBUG DETR-posttrade-2026-09-01T08_00.json.gz: ")));
    assert.equal(Deno.readTextFileSync(folder.of(`${name}.log`)), run.stderr);
    assert.ok(ageInSeconds(run.stderr, "+05:30") < 60, run.stderr);
  }
});

Deno.test("--log-level leaves out less severe messages", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const messages = async (level: string) =>
    logOf(await runProgram(fetchArgs(replica, folder.of(level), ["DXXX"], "--log-level", level)));
  assert.deepEqual(await messages("INFO"), [
    "WARNING DXXX is not a venue that this version knows; it is tried anyway",
    "INFO Checking missing dates for DXXX",
    "INFO The exchange has no files of DXXX now",
  ]);
  assert.deepEqual(await messages("WARNING"), [
    "WARNING DXXX is not a venue that this version knows; it is tried anyway",
  ]);
  assert.deepEqual(await messages("ERROR"), []);
});

Deno.test("the folders of --log-file are created; with --quiet the lines go nowhere else", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const path = folder.of("logs/deep/fetch.log");
  const run = await runProgram([...fetchArgs(replica, folder.of("data")), "--log-file", path, "--quiet"]);
  assert.deepEqual([run.code, run.stderr], [0, ""]);
  assert.match(Deno.readTextFileSync(path), / - Checking missing dates for DETR\n/);
});

Deno.test("the working directory is the current folder unless --wrk-dir says otherwise", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const [, , ...fetch] = fetchArgs(replica, "");
  assertForeseen(await runProgram(fetch, { cwd: folder.path }), 0);
  const check = await runProgram(["check-partial", "DETR"], { cwd: folder.path });
  assert.match(check.stdout, /^DETR: 1 date looked at, /);
});

Deno.test("a log file that cannot be written is refused with 73 and its path, before anything is done", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("file"), "");
  const run = await runProgram([
    ...fetchArgs(replica, folder.of("data")),
    "--log-file",
    folder.of("file/x.log"),
  ]);
  assertForeseen(run, 73);
  assert.match(run.stderr, /^[^\n]*cannot write the log file \S+\/file\/x.log: .*--log-file\n$/);
  assert.deepEqual([replica.requests, [...Deno.readDirSync(folder.path)].length], [[], 1]);
});

/** How long ago the last line of a log was written, whose stamps have this offset from UTC. */
function ageInSeconds(log: string, offset: string): number {
  const stamp = log.trimEnd().split("\n").at(-1)!.slice(0, 23).replace(" ", "T");
  return Math.abs(Date.now() - Date.parse(stamp + offset)) / 1000;
}
