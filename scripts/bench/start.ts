import $ from "@david/dax";
import { join } from "node:path";
import { makePortable } from "../release/portable.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { type Line, median } from "./table.ts";

/** The targets of the project's thirteenth issue. */
const TARGET = { versionMillis: 60, statusMillis: 130 };

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const RUNS = 15;
const EMPTY = "an empty file";

/** What a start takes, in milliseconds. */
interface Start {
  readonly wall: number;
  /** Of all threads; while others use the machine, it says more. */
  readonly cpu: number;
}

/**
 * The starts of an empty file, of `--version` and of `status`, from the sources and as the portable program, one after the
 * other, so that they have the same machine.
 */
export async function startLines(): Promise<Line[]> {
  using folder = temporaryFolder();
  const commands = await commandsIn(folder.path);
  const starts: Record<string, Start[]> = {};
  for (let run = 0; run <= RUNS; run++) {
    for (const [name, { args }] of Object.entries(commands)) {
      const start = await startOf(args, folder.path);
      if (run > 0) (starts[name] ??= []).push(start); // the first one compiles, and unpacks
    }
  }
  const cpuOfEmpty = median(starts[EMPTY].map(({ cpu }) => cpu));
  return Object.entries(commands).flatMap(([name, { atMost }]) => [
    {
      what: `g  start: ${name}`,
      values: starts[name].map(({ wall }) => wall),
      unit: "ms",
      ...(atMost === undefined ? {} : { target: { atMost } }),
    },
    { what: "     CPU", values: starts[name].map(({ cpu }) => cpu), unit: "ms" },
    {
      what: "     CPU, in relation to an empty file",
      values: starts[name].map(({ cpu }) => cpu / cpuOfEmpty),
      unit: "×",
      decimals: 1,
    },
  ]);
}

/** What is started, and how long it may take. */
async function commandsIn(folder: string): Promise<Record<string, { args: string[]; atMost?: number }>> {
  const empty = join(folder, "empty.ts");
  Deno.writeTextFileSync(empty, "");
  const deno = [Deno.execPath(), "run", "-A"];
  const portable = (await makePortable($.path(folder))).toString();
  const status = ["--wrk-dir", folder, "status", "DETR"];
  return {
    [EMPTY]: { args: [...deno, empty] },
    "--version": { args: [...deno, MAIN, "--version"], atMost: TARGET.versionMillis },
    "status": { args: [...deno, MAIN, ...status], atMost: TARGET.statusMillis },
    "portable, --version": { args: [portable, "--version"], atMost: TARGET.versionMillis },
    "portable, status": { args: [portable, ...status], atMost: TARGET.statusMillis },
  };
}

async function startOf(args: readonly string[], cache: string): Promise<Start> {
  const timed = `TIMEFORMAT='%U %S'; time "$@" > /dev/null`;
  const start = performance.now();
  const { stderr, code } = await new Deno.Command("bash", {
    args: ["-c", timed, "start", ...args],
    env: { DENO_NO_UPDATE_CHECK: "1", XETRA_PARQED_CACHE: cache },
  }).output();
  const wall = performance.now() - start;
  if (code !== 0) throw new Error(`${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  const [user, system] = new TextDecoder().decode(stderr).trim().split(/\s+/).slice(-2).map(Number);
  return { wall, cpu: (user + system) * 1000 };
}
