/** Prints what the administrator has to do next, one command per line. */
export function printNext(commands: readonly string[], dryRun: boolean): void {
  if (commands.length > 0) console.log(dryRun ? "then, as root:" : "now, as root:");
  for (const command of commands) console.log(`  ${command}`);
}
