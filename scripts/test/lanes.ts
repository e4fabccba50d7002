/** Runs jobs side by side, and tells of each when it has ended. */
import $ from "@david/dax";
import { noProxyHere } from "../no_proxy.ts";
import { type Counts, countsOf } from "./counts.ts";
import type { Job } from "./jobs.ts";

/** How a job ended. */
export interface Result {
  readonly job: Job;
  readonly ok: boolean;
  /** Of its tests; of a file that failed without a failed test, as one that cannot be loaded, one failure. */
  readonly counts: Counts;
  /** What it wrote to both of its streams. */
  readonly output: string;
  /** Processor time of it and of all that it started and awaited; null where the system does not tell (not Linux). */
  readonly cpuSeconds: number | null;
}

/** Who is told of each job when it begins and when it has ended. */
export interface Audience {
  readonly started: (job: Job) => void;
  readonly ended: (result: Result) => void;
}

/**
 * Runs all jobs in the folder `root`, `lanes` at a time. Every other lane takes from the end of the list, so that the
 * first and the last kinds of jobs run beside each other.
 */
export async function runInLanes(
  root: string,
  jobs: readonly Job[],
  lanes: number,
  { started, ended }: Audience,
): Promise<Result[]> {
  const waiting = [...jobs];
  const results: Result[] = [];
  await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
    const next = () => lane % 2 === 0 ? waiting.shift() : waiting.pop();
    for (let job = next(); job !== undefined; job = next()) {
      started(job);
      const result = await run(root, job);
      results.push(result);
      ended(result);
    }
  }));
  return results;
}

async function run(root: string, job: Job): Promise<Result> {
  const report = $.path(await Deno.makeTempFile({ suffix: ".xml" }));
  const args = job.isTest ? [...job.args, `--junit-path=${report}`] : job.args;
  const before = reapedSeconds();
  const { code, combined } = await $`deno ${args}`.cwd(root).noThrow().captureCombined()
    .env({ NO_PROXY: noProxyHere(Deno.env.toObject()) });
  const after = reapedSeconds();
  const counts = countsOf(await report.readText());
  await report.remove();
  return {
    job,
    ok: code === 0,
    counts: job.isTest && code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts,
    output: combined,
    cpuSeconds: before === null || after === null ? null : after - before,
  };
}

/** Processor time of this process's children that have ended, in seconds (`cutime` and `cstime` of proc_pid_stat(5)). */
function reapedSeconds(): number | null {
  if (Deno.build.os !== "linux") return null;
  const [, rest] = Deno.readTextFileSync("/proc/self/stat").split(/\) (?=\S )/);
  const [user, system] = rest.split(" ").slice(13, 15).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

/** What Linux tells to programs, whatever its own is (USER_HZ). */
const TICKS_PER_SECOND = 100;
