/** What the kernel knows of a process. */

import type { Program } from "./harness.ts";

/** USER_HZ, the same on every Linux that Deno runs on. */
const TICKS_A_SECOND = 100;

/** Resident memory of a process in MB (of 2²⁰ bytes): now, and at its peak. */
export function memoryOf(pid: number): { rss: number; peak: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return { rss: fieldOf(status, "VmRSS") / 1024, peak: fieldOf(status, "VmHWM") / 1024 };
}

/** The peak memory of a program in MB of 2²⁰ bytes, last read shortly before its end. */
export async function peakMemoryOf({ child, ended }: Pick<Program, "child" | "ended">): Promise<number> {
  let peak = 0;
  let isRunning = true;
  ended.finally(() => isRunning = false);
  while (isRunning) {
    try {
      peak = Math.max(peak, memoryOf(child.pid).peak);
    } catch {
      break; // it has ended, and is not yet waited for
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return peak;
}

/** Seconds of processor time that a process has taken so far, in all its threads. */
export function secondsOf(pid: number): number {
  const afterName = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1].split(" ");
  const [user, system] = afterName.slice(11, 13).map(Number);
  return (user + system) / TICKS_A_SECOND;
}

/** What a process has open: each descriptor's target, sorted; sockets and pipes without their numbers. */
export function openFilesOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const targets = [...Deno.readDirSync(folder)].flatMap(({ name }) => targetOf(`${folder}/${name}`));
  return targets.map((target) => target.replace(/\[\d+\]$/, "")).sort();
}

/** How often each thread of a process has gone to sleep so far, by its id; the main thread has the process's. */
export function sleepsOf(pid: number): Map<number, number> {
  const folder = `/proc/${pid}/task`;
  return new Map([...Deno.readDirSync(folder)].map(({ name }) => {
    return [
      Number(name),
      fieldOf(Deno.readTextFileSync(`${folder}/${name}/status`), "voluntary_ctxt_switches"),
    ];
  }));
}

/** Null when it was closed meanwhile. */
function targetOf(descriptor: string): string[] {
  try {
    return [Deno.readLinkSync(descriptor)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function fieldOf(status: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status);
  if (match === null) throw new Error(`/proc tells no ${name}`);
  return Number(match[1]);
}
