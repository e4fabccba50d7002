/**
 * How many times as long something may take as on a quiet machine: as many programs as wait for each processor, in the
 * last minute. What is promised in milliseconds is promised of a machine that has nothing else to do.
 */
export function busy(): number {
  return Math.max(1, Deno.loadavg()[0] / navigator.hardwareConcurrency);
}
