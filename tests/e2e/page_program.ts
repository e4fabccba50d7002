/** What the tests of `serve` share: a store with bars, and the program that serves it. */
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen } from "./evidence.ts";
import { fetchArgs, type Program, startProgram, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

export const VENUES = ["DETR", "DFRA"];
/** The trading days of the store. */
export const DATES = ["2026-08-31", "2026-09-01"];

/** Stores two days of two venues below a working directory, each of so many trades, with their bars. */
export async function fillStore(dir: string, trades = 3_000): Promise<void> {
  for (const date of DATES) {
    const days = VENUES.map((venue) => ({ venue, date, trades, minutes: { from: 480, until: 930 } }));
    await using replica = await startReplica({ days });
    assertForeseen(await runInOneProcess(fetchArgs(replica, dir, VENUES)), 0);
  }
  for (const interval of ["1m", "1d"]) {
    const bars = await runInOneProcess([
      "--wrk-dir",
      dir,
      "bars",
      ...VENUES,
      "--all",
      "--interval",
      interval,
    ]);
    assertForeseen(bars, 0);
  }
}

/** The program while it serves a page. */
export interface Served extends Program {
  /** Without a slash at its end. */
  readonly url: string;
}

/** What decides about its memory, as in the launcher and in the unit. */
const AS_SHIPPED = {
  deno: ["run", "--quiet", "-A", "--v8-flags=--max-semi-space-size=1"],
  env: { DENO_V8_FLAGS: "--heap-growing-percent=15" },
};

/** Serves a working directory at a free port; disposing it kills the program. */
export async function startServing(dir: string, ...more: readonly string[]): Promise<Served> {
  using folder = temporaryDirectory();
  const log = ["--log-file", folder.of("log")];
  const program = startProgram(
    ["--wrk-dir", dir, ...log, "serve", "--listen", "127.0.0.1:0", ...more],
    AS_SHIPPED,
  );
  await program.said(/Serving http/);
  const [, url] = /Serving (http:\S+)\/$/m.exec(Deno.readTextFileSync(folder.of("log")))!;
  return { ...program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](), url };
}

/** What an address answers, as JSON. */
export async function answered<T>({ url }: Served, path: string): Promise<T> {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}
