/**
 * How many times longer something may take than on a quiet machine: the number of programs that wait for each
 * processor, in the last minute. Promises in milliseconds are for a machine that has nothing else to do.
 */
export function busy(): number {
  return Math.max(1, Deno.loadavg()[0] / navigator.hardwareConcurrency);
}
