/**
 * `deno task test`: everything that must hold. Each file of tests is a process of its own; some run side by side, and
 * the output of a file is printed when it has ended. Ends with a line `N passed, N failed, N skipped`, counted by
 * Deno; fails when a check or a test fails, or when no test ran. Arguments choose files or folders of tests.
 */
import $ from "@david/dax";
import { sumOf, textOf } from "./test/counts.ts";
import { CHECKS, type Job, testJobs } from "./test/jobs.ts";
import { type Result, runInLanes } from "./test/lanes.ts";

/** The number of files in the table of the costliest. */
const COSTLIEST = 10;
/** How often the running jobs are printed. */
const SIGN_MILLIS = 60_000;
const root = $.path(import.meta.dirname!).parentOrThrow().toString();
const tests = testJobs(root, Deno.args.length > 0 ? Deno.args : ["tests"]);
const jobs = [...CHECKS, ...tests];
/** Two more than there are processors, since a file often waits: for a disk, a timer, the end of a process. */
const lanes = Math.min(navigator.hardwareConcurrency + 2, jobs.length);
const started = performance.now();
/** The running jobs, with their starts: printed again when none has ended for a while. */
const running = new Map<string, number>();
let done = 0;

console.log(
  `Format, lint, types and ${tests.length} files of tests, ${lanes} at a time. All of them take some 35 minutes of ` +
    "processor time; each is printed when it has ended.",
);
const sign = setInterval(tellRunning, SIGN_MILLIS);
const results = await runInLanes(root, jobs, lanes, {
  started: ({ name }) => void running.set(name, performance.now()),
  ended: tell,
});
clearInterval(sign);
const counts = sumOf(results.map(({ counts }) => counts));
const failed = results.filter(({ ok }) => !ok);
printCosts(results);
for (const { job } of failed) console.log(`FAILED: ${job.name}`);
console.log(textOf(counts));
Deno.exit(failed.length === 0 && counts.passed > 0 ? 0 : 1);

/**
 * Prints the output of a job and how it ended: `[7 of 230, 1:05] tests/imports_test.ts: 11 passed, …, 0.2 s of CPU`.
 */
function tell({ job, ok, counts, output, cpuSeconds }: Result): void {
  running.delete(job.name);
  const verdict = job.isTest ? textOf(counts) : ok ? "ok" : "FAILED";
  if (output.trim() !== "") console.log(output.trim());
  console.log(
    `[${++done} of ${jobs.length}, ${elapsed()}] ${job.name}: ${verdict}, ${cpuSeconds.toFixed(1)} s of CPU`,
  );
}

/** Prints what runs now: `[7 of 230, 1:05] running: tests/faults/kill_test.ts for 0:58`. */
function tellRunning(): void {
  const each = [...running].map(([name, since]) => `${name} for ${elapsed(since)}`);
  console.log(`[${done} of ${jobs.length}, ${elapsed()}] running: ${each.join(", ")}`);
}

/** Minutes and seconds since a time: `1:05`. */
function elapsed(since = started): string {
  const seconds = Math.floor((performance.now() - since) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Prints what each room costs and which files cost most, which shows where to look when the tests become slow. */
function printCosts(results: readonly Result[]): void {
  const seconds = (of: readonly Result[]) => of.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const rooms = Object.entries(Object.groupBy(results, ({ job }) => roomOf(job)));
  console.log(`\nIn ${elapsed()}; ${(seconds(results) / 60).toFixed(1)} minutes of CPU:`);
  for (const [room, of = []] of rooms.toSorted(([, a = []], [, b = []]) => seconds(b) - seconds(a))) {
    console.log(
      `${seconds(of).toFixed(1).padStart(8)} s  ${room}, ${of.length} ${of.length === 1 ? "job" : "files"}`,
    );
  }
  console.log("The costliest:");
  for (
    const { job, cpuSeconds } of results.toSorted((a, b) => b.cpuSeconds - a.cpuSeconds).slice(0, COSTLIEST)
  ) {
    console.log(`${cpuSeconds.toFixed(1).padStart(8)} s  ${job.name}`);
  }
}

/** The folder of a file of tests, `tests/e2e`; a check counts as its own room. */
function roomOf({ name, isTest }: Job): string {
  return isTest ? name.split("/").slice(0, -1).slice(0, 2).join("/") : name;
}
