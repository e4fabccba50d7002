import type { Layout } from "../../src/store/layout.ts";
import type { Measured } from "./jobs/measured.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Publishes what waits in the spool, as the program does. */
export function publishDay(layout: Layout): Promise<Measured> {
  return runJob("publish", layout.workingDirectory);
}

/** The same under a profiler; returns which share of the main thread's time each stage takes. */
export async function shareOfStages({ workingDirectory }: Layout): Promise<Record<string, number>> {
  const script = new URL("jobs/stages.ts", import.meta.url).pathname;
  return JSON.parse(await run([SHIPPED, script, workingDirectory]));
}

/** With which the launcher and the tasks start the program. */
const SHIPPED = "--v8-flags=--max-semi-space-size=1";

/** Runs one of `jobs/` in a process of its own, so that its peak of memory is its own. */
export async function runJob(job: string, ...args: string[]): Promise<Measured> {
  const script = new URL(`jobs/${job}.ts`, import.meta.url).pathname;
  return JSON.parse(await run([script, ...args]));
}

/** The same under the flags of the program as it is shipped. */
export async function runJobAsShipped(job: string, ...args: string[]): Promise<Measured> {
  const script = new URL(`jobs/${job}.ts`, import.meta.url).pathname;
  return JSON.parse(await run([SHIPPED, script, ...args]));
}

/** Seconds that the program takes, from its start to its end. */
export async function runProgram(...args: string[]): Promise<number> {
  const start = performance.now();
  await run([MAIN, ...args]);
  return (performance.now() - start) / 1000;
}

async function run(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", ...args] })
    .output();
  if (code !== 0) throw new Error(`${args.join(" ")} exited ${code}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
