import { join } from "node:path";
import { temporaryFolder } from "../temporary_folder.ts";
import { type Line, median } from "./table.ts";

/** The targets of the project's thirteenth issue. */
const TARGET = { versionMillis: 60, statusMillis: 130 };

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const RUNS = 15;

/** What a start takes, in milliseconds. */
interface Start {
  readonly wall: number;
  /** Of all threads; while others use the machine, it says more. */
  readonly cpu: number;
}

/** The starts of an empty file, of `--version` and of `status`, one after the other, so that they have the same machine. */
export async function startLines(): Promise<Line[]> {
  using folder = temporaryFolder();
  const empty = join(folder.path, "empty.ts");
  Deno.writeTextFileSync(empty, "");
  const commands: Record<string, readonly string[]> = {
    "an empty file": [empty],
    "--version": [MAIN, "--version"],
    "status": [MAIN, "--wrk-dir", folder.path, "status", "DETR"],
  };
  const starts: Record<string, Start[]> = {};
  for (let run = 0; run <= RUNS; run++) {
    for (const [name, args] of Object.entries(commands)) {
      const start = await startOf(args);
      if (run > 0) (starts[name] ??= []).push(start); // the first one compiles
    }
  }
  const cpuOfEmpty = median(starts["an empty file"].map(({ cpu }) => cpu));
  const targets: Record<string, number> = {
    "--version": TARGET.versionMillis,
    "status": TARGET.statusMillis,
  };
  return Object.entries(starts).flatMap(([name, starts]) => [
    {
      what: `g  start: ${name}`,
      values: starts.map(({ wall }) => wall),
      unit: "ms",
      ...(name in targets ? { target: { atMost: targets[name] } } : {}),
    },
    { what: "     CPU", values: starts.map(({ cpu }) => cpu), unit: "ms" },
    {
      what: "     CPU, in relation to an empty file",
      values: starts.map(({ cpu }) => cpu / cpuOfEmpty),
      unit: "×",
      decimals: 1,
    },
  ]);
}

async function startOf(args: readonly string[]): Promise<Start> {
  const timed = `TIMEFORMAT='%U %S'; time "$@" > /dev/null`;
  const start = performance.now();
  const { stderr, code } = await new Deno.Command("bash", {
    args: ["-c", timed, "start", Deno.execPath(), "run", "-A", ...args],
    env: { DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  const wall = performance.now() - start;
  if (code !== 0) throw new Error(`${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  const [user, system] = new TextDecoder().decode(stderr).trim().split(/\s+/).slice(-2).map(Number);
  return { wall, cpu: (user + system) * 1000 };
}
