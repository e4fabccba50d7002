/**
 * Command lines whose process is not what a test looks at: all tests of a file share one process for them, in which a run
 * takes a fraction of the processor time that it takes with a start of its own.
 */
import { foreignEnvironment, type Run, type RunOptions } from "./harness.ts";

const COMMAND_LINES = new URL("command_lines.ts", import.meta.url).pathname;
/** What follows the output of a command line. */
const END = /\0(\d+)\n/;

let shared: CommandLines | null = null;
Deno.test.afterAll(() => shared?.end());

/**
 * Carries out a command line of the program in the shared process, after those that were begun before. It prints and
 * returns what it does in a process of its own, but no signal can be sent to it.
 */
export function runInOneProcess(
  args: readonly string[],
  { cwd = Deno.cwd() }: Pick<RunOptions, "cwd"> = {},
): Promise<Run> {
  shared ??= new CommandLines();
  return shared.run(args, cwd);
}

/** What a command line wrote to one of its outputs. */
interface Printed {
  readonly text: string;
  readonly code: number;
}

class CommandLines {
  readonly #child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", COMMAND_LINES],
    env: { ...foreignEnvironment(), NO_COLOR: "1" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  readonly #stdin = this.#child.stdin.getWriter();
  readonly #stdout = printedTo(this.#child.stdout);
  readonly #stderr = printedTo(this.#child.stderr);
  #last: Promise<unknown> = Promise.resolve();

  run(args: readonly string[], cwd: string): Promise<Run> {
    const run = this.#last.then(() => this.#carryOut(args, cwd));
    this.#last = run.catch(() => {}); // it is the caller's to hear
    return run;
  }

  async end(): Promise<void> {
    await this.#last;
    await this.#stdin.close();
    await this.#child.status;
  }

  async #carryOut(args: readonly string[], cwd: string): Promise<Run> {
    const started = performance.now();
    await this.#stdin.write(new TextEncoder().encode(`${JSON.stringify({ cwd, args })}\n`));
    const [stdout, stderr] = await Promise.all([this.#stdout.next(), this.#stderr.next()]);
    return {
      code: stdout.value.code,
      signal: null,
      stdout: stdout.value.text,
      stderr: stderr.value.text,
      millis: performance.now() - started,
    };
  }
}

async function* printedTo(stream: ReadableStream<Uint8Array>): AsyncGenerator<Printed, never> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = END.exec(text); end !== null; end = END.exec(text)) {
      yield { text: text.slice(0, end.index), code: Number(end[1]) };
      text = text.slice(end.index + end[0].length);
    }
  }
  throw new Error(`the process that carries out command lines has ended: ${text}`);
}
