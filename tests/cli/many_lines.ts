/**
 * Runs the program with many command lines in one process, which takes a hundredth of a process for each: the lines
 * come as JSON on stdin, and what each printed and returned goes to stdout as JSON.
 */
import process from "node:process";
import { main } from "../../src/cli/main.ts";
import type { Run } from "../e2e/harness.ts";

/** What a process that runs a line shows of it. */
export type Line = Pick<Run, "code" | "stdout" | "stderr">;

if (import.meta.main) {
  const lines: string[][] = await new Response(Deno.stdin.readable).json();
  const print = console.log;
  const runs: Line[] = [];
  for (const args of lines) runs.push(await captured(args));
  print(JSON.stringify(runs));
}

/** commander writes by node's streams, the program by Deno's console. */
async function captured(args: readonly string[]): Promise<Line> {
  const printed = { stdout: "", stderr: "" };
  console.log = (text = "") => void (printed.stdout += `${text}\n`);
  console.error = (text = "") => void (printed.stderr += `${text}\n`);
  for (const name of ["stdout", "stderr"] as const) {
    process[name].write = (text: string | Uint8Array) => {
      printed[name] += text;
      return true;
    };
  }
  return { code: await main(args), ...printed };
}
