import { CommanderError } from "commander";
import { asThread } from "./daemon/as_thread.ts";
import { jobOfThread } from "./daemon/cycle_thread.ts";
import { EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { isIngesting } from "./threads/ingesting.ts";
import { buildProgram } from "./grammar/program.ts";

/** Deno replaces bytes that are not UTF-8 by this character; paths with it would differ from what the user meant. */
const NO_UTF8 = "\uFFFD";

/** Runs the program with these arguments, or does what one of its threads is for; returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (isIngesting()) return await (await import("./threads/ingest_in_thread.ts")).ingestInThread();
  return await (jobOfThread() === null ? runProgram(args) : asThread(runProgram));
}

async function runProgram(args: readonly string[]): Promise<number> {
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
    // commander has already printed what is wrong, or the requested help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    console.error(`error: ${messageOf(error)}`); // there is no log outside a command
    return exitCodeOf(error);
  }
}
