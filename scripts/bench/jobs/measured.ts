import { cpuUsage } from "node:process";

/** What a job took. */
export interface Measured extends Amount {
  readonly seconds: number;
  /** Of all its threads. Unlike the time on the wall it is the same, nearly, while others use the machine. */
  readonly cpuSeconds: number;
  /** The most memory that its process ever held, in MB of 10⁶ bytes; null where there is no /proc. */
  readonly peakMegabytes: number | null;
}

/** What a job has done. */
export interface Amount {
  readonly rows: number;
  /** Of the file that it wrote; of what it read when it writes none. */
  readonly bytes: number;
}

/** Does the work and tells the parent process on stdout what it took. */
export async function measure(work: () => Promise<Amount>): Promise<void> {
  const [start, before] = [performance.now(), cpuUsage()];
  const amount = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  const measured: Measured = { seconds, cpuSeconds, peakMegabytes: peakMegabytes(), ...amount };
  console.log(JSON.stringify(measured));
}

/** Not by getrusage(2), whose peak of a child begins with its parent's. */
function peakMegabytes(): number | null {
  if (Deno.build.os !== "linux") return null;
  const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return Number(kibibytes) * 1024 / 1e6;
}
