/**
 * How many times longer something may take than on a quiet machine: the number of programs that wait for each
 * processor, in the last minute, or now, where other work has just begun. Promises in milliseconds are for a machine
 * that has nothing else to do.
 */
export function busy(): number {
  return Math.max(1, Math.max(Deno.loadavg()[0], runningNow()) / navigator.hardwareConcurrency);
}

/** How many threads of all programs run or could run at this moment: `3` of `1.04 0.95 0.60 3/297 20554`. */
function runningNow(): number {
  return Number(/(\d+)\/\d+/.exec(Deno.readTextFileSync("/proc/loadavg"))![1]);
}
