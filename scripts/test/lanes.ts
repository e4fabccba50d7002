/** Runs jobs side by side, and reports each when it has ended. */
import $ from "@david/dax";
import { noProxyHere } from "../no_proxy.ts";
import { type Counts, countsOf } from "./counts.ts";
import type { Job } from "./jobs.ts";

/** How a job ended. */
export interface Result {
  readonly job: Job;
  readonly ok: boolean;
  /**
   * The counts of its tests; one failure for a file that failed without a failed test, such as one that cannot be
   * loaded.
   */
  readonly counts: Counts;
  /** What it wrote to both of its streams. */
  readonly output: string;
  /** Processor time of it and of all processes that it started and waited for. */
  readonly cpuSeconds: number;
}

/** What is called for each job when it begins and when it has ended. */
export interface Audience {
  readonly started: (job: Job) => void;
  readonly ended: (result: Result) => void;
}

/**
 * Runs all jobs in the folder `root`, `lanes` at a time. The first lane takes from the beginning of the list and the
 * others from its end, so that both kinds run beside each other, and no two of the first: they share what they install.
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
    const next = () => lane === 0 ? waiting.shift() : waiting.pop();
    for (let job = next(); job !== undefined; job = next()) {
      started(job);
      const result = await run(root, job);
      results.push(result);
      ended(result);
    }
  }));
  return results;
}

/**
 * Runs the job under a shell, which measures it by itself: of this process's own children the system counts those of
 * all lanes together.
 */
async function run(root: string, job: Job): Promise<Result> {
  const report = $.path(await Deno.makeTempFile({ suffix: ".xml" }));
  const times = $.path(await Deno.makeTempFile({ suffix: ".times" }));
  const args = job.isTest ? [...job.args, `--junit-path=${report}`] : job.args;
  const { code, combined } = await $`sh -c ${TIMED} ${times} deno ${args}`.cwd(root).noThrow()
    .captureCombined()
    .env({ NO_PROXY: noProxyHere(Deno.env.toObject()) });
  const counts = countsOf(await report.readText());
  const cpuSeconds = secondsOf(await times.readText());
  await report.remove();
  await times.remove();
  return {
    job,
    ok: code === 0,
    counts: job.isTest && code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts,
    output: combined,
    cpuSeconds,
  };
}

/** Runs a command and writes to the file `$0` what `times` of a POSIX shell prints. */
const TIMED = '"$@"; code=$?; times > "$0"; exit $code';

/** The second line of `times`: `1m2.34s 0m5.67s`, the user and system time of the shell's children. */
function secondsOf(times: string): number {
  const [, children = ""] = times.split("\n");
  return children.matchAll(/(\d+)m([\d.]+)s/g).reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}
