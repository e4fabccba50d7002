/** Holds the PID file that is its argument until its input ends; prints `held`, or the error. */
import { acquirePidFile } from "../../src/daemon/pid_file.ts";
import { realClock } from "./process.ts";

try {
  const signal = new AbortController().signal;
  using _pidFile = await acquirePidFile(Deno.args[0], { clock: realClock, patienceMillis: 200, signal });
  console.log("held");
  for await (const _ of Deno.stdin.readable);
} catch (error) {
  console.log(`${error}`);
}
