/** What the end-to-end tests share: the program as a process of its own, folders that vanish, DuckDB as a reader. */
import { DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { join } from "node:path";
import type { Replica } from "../../scripts/replica/server.ts";

/** The program's entry point. */
export const MAIN: string = new URL("../../main.ts", import.meta.url).pathname;

/** A quota that no test meets, where the quota is not what is tested. */
export const AMPLE_QUOTA = "100000/1";

/** How a run of the program ended. */
export interface Run {
  /** The exit code; 128 + the signal's number when a signal ended the process. */
  readonly code: number;
  /** The signal that ended the process; null when it ended by itself. */
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to end, by the wall clock. */
  readonly millis: number;
}

export interface RunOptions {
  /** The folder to run in; default this checkout's. */
  readonly cwd?: string;
  /** Variables on top of this process's, from which the program's own are taken out. */
  readonly env?: Record<string, string>;
  /** Ends the process by SIGKILL. */
  readonly signal?: AbortSignal;
  /** Arguments of Deno before the entry point; default `run -A`. */
  readonly deno?: readonly string[];
  /** The program's entry point; default this checkout's. */
  readonly main?: string;
  /** A command that runs the program in its turn, such as strace with its options. */
  readonly under?: readonly string[];
}

/** The program, running. Disposing it kills the process if it still runs, and awaits its end. */
export interface Program extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
  /** Resolves when the process has ended and all its output is read. */
  readonly ended: Promise<Run>;
  /** Resolves once stderr matches; rejects when the process ends before. */
  said(pattern: RegExp): Promise<void>;
}

/** Starts the program with these arguments. */
export function startProgram(args: readonly string[], options: RunOptions = {}): Program {
  const deno = [Deno.execPath(), ...options.deno ?? ["run", "--quiet", "-A"], options.main ?? MAIN];
  return startCommand([...options.under ?? [], ...deno, ...args], options);
}

/** Starts a command that is, or becomes, the program. */
export function startCommand([command, ...rest]: readonly string[], options: RunOptions = {}): Program {
  const started = performance.now();
  const child = new Deno.Command(command, {
    args: rest,
    cwd: options.cwd,
    env: { ...foreignEnvironment(), NO_COLOR: "1", ...options.env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: options.signal,
  }).spawn();
  const stdout = new Output(child.stdout);
  const stderr = new Output(child.stderr);
  const ended = Promise.all([child.status, stdout.complete, stderr.complete]).then(
    ([{ code, signal }]): Run => ({
      code,
      signal,
      stdout: stdout.text,
      stderr: stderr.text,
      millis: performance.now() - started,
    }),
  );
  return {
    child,
    ended,
    said: (pattern) => stderr.matches(pattern),
    async [Symbol.asyncDispose]() {
      kill(child);
      await ended;
    },
  };
}

/** Runs the program with these arguments to its end. */
export async function runProgram(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  await using program = startProgram(args, options);
  return await program.ended;
}

/** The arguments of one fetch of `venues` from a replica into `dir`, under an ample quota. */
export function fetchArgs(
  { apiUrl }: Pick<Replica, "apiUrl">,
  dir: string,
  venues: readonly string[] = ["DETR"],
  ...more: readonly string[]
): string[] {
  return [
    "--wrk-dir",
    dir,
    "fetch-trades",
    ...venues,
    "--api-url",
    apiUrl,
    "--quota",
    AMPLE_QUOTA,
    ...more,
  ];
}

/** Runs `work` and returns the names of the files that were asked for meanwhile, in order. */
export async function downloadsDuring(
  { requests }: Pick<Replica, "requests">,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const before = requests.length;
  await work();
  return requests.slice(before).filter(({ place }) => place === "download").map(({ name }) => name);
}

/** Kills a process by SIGKILL; nothing happens when it has ended. */
export function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // "Child process has already terminated"
  }
}

/** A folder that goes when it is disposed. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
  /** The path of something in it. */
  of(...parts: string[]): string;
}

export function temporaryDirectory(): TemporaryDirectory {
  const path = Deno.makeTempDirSync({ prefix: "xetra-parqed-" });
  return {
    path,
    of: (...parts) => join(path, ...parts),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** The one Parquet file of a venue and a UTC date below a working directory. */
export function partitionPath(dir: string, venue: string, date: string): string {
  return join(dayPath(dir, "trades", venue, date), "trades.parquet");
}

/** The raw file of this name below a working directory; `subfolder` is `rejected` for what is no gzip stream. */
export function rawPath(dir: string, name: string, subfolder = ""): string {
  const [, date] = /-(\d{4}-\d{2}-\d{2})(?:T\d\d_\d\d)?\.json\.gz$/.exec(name) ?? [];
  if (date === undefined) throw new Error(`${name} is not the name of a file of the exchange`);
  return join(dayPath(dir, "raw", name.slice(0, 4), date), subfolder, name);
}

function dayPath(dir: string, kind: string, venue: string, date: string): string {
  const [year, month, day] = date.split("-");
  return join(dir, `data/de/xetra/${kind}/venue=${venue}/year=${year}/month=${month}/day=${day}`);
}

/** Where that is kept and made beside the data which belongs to a file or folder of data. */
export function asideOf(path: string): string {
  return path.replace("/data/de/xetra/", "/data/de/xetra/aside/");
}

/** A row as DuckDB gives it: BIGINT as bigint, DOUBLE and INTEGER as number. */
export type Row = Record<string, DuckDBValue>;

/** A DuckDB of its own, in memory. */
export interface Database extends Disposable {
  rows(sql: string): Promise<Row[]>;
  /** The first column of the first row. */
  value(sql: string): Promise<DuckDBValue>;
}

export async function duckdb(): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjects();
  return {
    rows,
    value: async (sql) => Object.values((await rows(sql))[0])[0],
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** What a process writes, as far as it has come. */
class Output {
  text = "";
  /** Resolves at the end of the stream. */
  readonly complete: Promise<void>;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.complete = this.#read(stream);
  }

  matches(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.text)) resolve();
        else if (this.#ended) {
          reject(new Error(`the program ended without ${pattern}; it said: ${this.text}`));
        } else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      this.text += piece;
      for (const look of this.#waiting) look();
    }
    this.#ended = true;
    for (const look of this.#waiting) look();
  }
}

/** This process's environment without what the program reads, so that a test says all that it depends on. */
export function foreignEnvironment(): Record<string, string> {
  const own = ["XETRA_PARQED_API_URL", "JOURNAL_STREAM", "FORCE_COLOR", "CLICOLOR_FORCE"];
  return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !own.includes(name)));
}
