import { ECHO_MILLIS, sinceFirst } from "../../daemon/signals.ts";

/** A signal that ends the program; used as the reason of its AbortSignal. */
export class Interruption extends Error {
  override name = "Interruption";

  constructor(readonly signal: "SIGINT" | "SIGTERM") {
    super(`Interrupted by ${signal}; what was downloaded is kept, and the next run goes on from there`);
  }

  /** As in the shell: 128 + the number of the signal. */
  get exitCode(): number {
    return this.signal === "SIGINT" ? 130 : 143;
  }
}

/**
 * Returns an AbortSignal that fires with an `Interruption` on SIGINT or SIGTERM. A second SIGINT, more than a second
 * after the first, ends the process at once. It listens until the process has ended, so that a signal that is delivered
 * twice does not kill a process that is about to end by itself. Without a terminal it ignores SIGHUP. `monotonic`
 * returns milliseconds of a clock that never goes back.
 */
export function listenForInterruption(monotonic: () => number): AbortSignal {
  const controller = new AbortController();
  const interrupted = sinceFirst(monotonic);
  const interrupt = () => {
    const interruption = new Interruption("SIGINT");
    if (interrupted() > ECHO_MILLIS) Deno.exit(interruption.exitCode);
    controller.abort(interruption);
  };
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", () => controller.abort(new Interruption("SIGTERM")));
  if (!isAtTerminal()) Deno.addSignalListener("SIGHUP", () => {});
  return controller.signal;
}

/** Whether a user may be present. Deno loses the setting of nohup(1), but under nohup the program has no terminal. */
function isAtTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}
