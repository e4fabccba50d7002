import { setTimeout } from "node:timers/promises";

/** A script that runs, line by line. Disposing it kills it if it still runs, and awaits its end. */
export class Script implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";

  constructor(
    name: string,
    args: readonly string[],
    options: Partial<Deno.CommandOptions> = {},
    flags = ["-A"],
  ) {
    const script = new URL(name, import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, script, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      ...options,
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#child.stdin.getWriter();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The next line that it prints; null at its end. */
  async line(): Promise<string | null> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) return null;
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Ends its input, and awaits its end. */
  async end(): Promise<Deno.CommandStatus> {
    await this.#input.close();
    return await this.ended();
  }

  ended(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended
    }
    await this.#input.close().catch(() => {}); // it is already closed, or its reader has ended
    await this.#lines.cancel();
    await this.#child.status;
  }
}

/** Real time: waits are real, and end with their signal. */
export const realClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (millis: number, signal: AbortSignal): Promise<void> => {
    await setTimeout(millis, undefined, { signal }).catch(() => signal.throwIfAborted());
  },
};
