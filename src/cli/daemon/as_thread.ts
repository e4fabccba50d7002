import type { FromThread } from "./cycle_thread.ts";

/** The parts of a thread's global scope that are used. */
interface ThreadScope {
  onmessage: (event: MessageEvent) => void;
  postMessage(message: FromThread): void;
}

const scope = globalThis as unknown as ThreadScope;

/**
 * Runs the program in a thread, with the command line that the daemon gives it, and reports its end to the daemon: Deno
 * does not report that a thread exits, and the daemon would wait for ever. If the thread has reported its outcome before,
 * as it should, nobody listens any more.
 */
export async function asThread(run: (args: readonly string[]) => Promise<number>): Promise<number> {
  const exitCode = await run(await commandLine());
  send({ kind: "failed", reason: `the cycle's thread ended with exit code ${exitCode} before its work` });
  return exitCode;
}

/** The daemon's answer; a `STOP` before it is repeated when the thread is ready. */
function commandLine(): Promise<readonly string[]> {
  return new Promise((resolve) => {
    receive((message) => {
      if (Array.isArray(message)) resolve(message);
    });
    send({ kind: "begun" });
  });
}

/** From now on calls `listener`, and no earlier one, with each message of the daemon. */
export function receive(listener: (message: unknown) => void): void {
  scope.onmessage = ({ data }) => listener(data);
}

export function send(message: FromThread): void {
  scope.postMessage(message);
}
