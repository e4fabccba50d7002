import { CommanderError } from "commander";
import { EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { buildProgram } from "./grammar/program.ts";

/** Runs the program with these arguments; returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  try {
    await buildProgram((code) => exitCode = code).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    console.error(`error: ${messageOf(error)}`); // outside a command there is no log
    return exitCodeOf(error);
  }
}
