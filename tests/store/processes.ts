/** Another process at work on a file; disposing it kills it with SIGKILL. */
export interface OtherProcess extends AsyncDisposable {
  readonly pid: number;
  readonly ended: Promise<Deno.CommandStatus>;
  /** By SIGKILL, so that it cannot tidy up. */
  kill(): Promise<void>;
}

/** Starts `other_process.ts` and waits until it is ready. */
export async function otherProcess(
  what: "lock" | "venue-lock" | "write" | "count",
  path: string,
): Promise<OtherProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", new URL("other_process.ts", import.meta.url).pathname, what, path],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const process: OtherProcess = {
    pid: child.pid,
    ended: child.status,
    async kill() {
      child.kill("SIGKILL");
      await child.status;
    },
    async [Symbol.asyncDispose]() {
      await this.kill().catch(() => {}); // it may have ended by itself
    },
  };
  await firstOutput(child.stdout);
  return process;
}

async function firstOutput(stdout: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stdout.getReader();
  const { done } = await reader.read();
  await reader.cancel();
  if (done) throw new Error("the other process ended before it was ready");
}
