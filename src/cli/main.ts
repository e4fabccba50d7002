import { CommanderError } from "commander";
import { EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { buildProgram } from "./grammar/program.ts";

/** What Deno puts in place of bytes that are no UTF-8: with it in them, paths would be others than those that were meant. */
const NO_UTF8 = "\uFFFD";

/** Runs the program with these arguments; returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const unreadable = args.find((arg) => arg.includes(NO_UTF8));
  if (unreadable !== undefined) {
    console.error(`error: "${unreadable}" is not UTF-8: give it another name, or change into that folder`);
    return EXIT.usage;
  }
  let exitCode: number = EXIT.done;
  try {
    const program = await buildProgram((code) => exitCode = code, args);
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    console.error(`error: ${messageOf(error)}`); // outside a command there is no log
    return exitCodeOf(error);
  }
}
