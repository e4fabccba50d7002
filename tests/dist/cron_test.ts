import assert from "node:assert/strict";
import { Cron } from "croner";
import { startReplica } from "../../scripts/replica/server.ts";
import { duckdb, partitionPath, temporaryDirectory } from "../e2e/harness.ts";
import { shell } from "../e2e/shell.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const lines = Deno.readTextFileSync(new URL("../../dist/cron/xetra-parqed", import.meta.url)).split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const variables = lines.filter((line) => /^[A-Z]+=/.test(line));
const jobs = lines.filter((line) => !variables.includes(line)).map((line) => {
  const [, when, user, command] = /^((?:\S+ ){5})(\S+) (.*)$/.exec(line) ?? assert.fail(`no job: ${line}`);
  return { when: when.trimEnd(), user, command };
});

Deno.test("cron's fetches are never further apart than the exchange keeps its files, and no job runs as root", () => {
  const starts = jobs.filter(({ command }) => command.includes("fetch-trades")).flatMap(({ when }) =>
    new Cron(when, { timezone: "Europe/Berlin" }).nextRuns(400, "2026-09-01").map((start) => start.getTime())
  ).filter((start) => start < Date.parse("2026-09-15")).sort((a, b) => a - b);
  const hours = starts.slice(1).map((start, i) => (start - starts[i]) / 3_600_000);
  assert.ok(starts.length > 14 * 10);
  assert.equal(Math.max(...hours), 18); // of a weekend; else the night's 6
  assert.deepEqual([...new Set(jobs.map(({ user }) => user))], ["xetra"]);
  assert.ok(lines.every((line) => !line.includes("%")), "cron takes % for the end of a line");
});

Deno.test("every job of the crontab does its work, and is silent when nothing is missing", async () => {
  const minutes = { from: 480, until: 483 };
  const days = VENUES.map((venue) => ({ venue, date: "2026-09-01", trades: 50, minutes }));
  await using replica = await startReplica({ days });
  using folder = temporaryDirectory();
  const paths = (text: string) => text.replaceAll(/\/var\/(lib|log)\/xetra/g, `${folder.path}/$1`);
  const settings = variables.filter((line) => !line.startsWith("PATH=")).map((line) =>
    `export ${paths(line)}`
  );
  for (const { command } of jobs) {
    await using job = shell([...settings, paths(command)].join("\n"), folder.path, replica);
    const { code, stdout, stderr } = await job.ended;
    if (command.includes("consolidate-month")) {
      assert.match(stdout, / WARNING .*DETR .*: no day is stored, so there is nothing to consolidate/);
    } else assert.deepEqual([code, stdout, stderr], [0, "", ""], command);
  }
  using database = await duckdb();
  for (const venue of VENUES) {
    const path = partitionPath(folder.of("lib"), venue, "2026-09-01");
    assert.equal(await database.value(`SELECT count(*)::INTEGER FROM '${path}'`), 50);
  }
});

Deno.test("a job that fails prints the last lines of its log, which cron mails", async () => {
  await using replica = await startReplica({ days: [] });
  using folder = temporaryDirectory();
  const command = jobs[0].command.replace("/var/lib/xetra", "/dev/null/x");
  await using job = shell(`LOG=${folder.of("log")}\n${command}`, folder.path, replica);
  const { stdout } = await job.ended;
  assert.match(stdout, /ERROR .*cannot write \/dev\/null\/x/);
});
