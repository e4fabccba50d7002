import { printLine } from "../terminal/output.ts";

/** Prints what the administrator has to do next, one command per line. */
export function printNext(commands: readonly string[], dryRun: boolean): void {
  if (commands.length > 0) printLine(dryRun ? "then, as root:" : "now, as root:");
  for (const command of commands) printLine(`  ${command}`);
}
