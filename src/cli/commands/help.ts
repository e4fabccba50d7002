import { Argument, type Command } from "@commander-js/extra-typings";

/**
 * The command that shows what `--help` shows, for the program or one of its commands. It must be added after all of
 * them.
 */
export function addHelpCommand(program: Command): void {
  const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  program.command("help")
    .description("Show the help of the program, or of a command.")
    .addArgument(new Argument("[command]").choices([...names, "help"]))
    .addHelpText("after", "\nExamples:\n  xetra-parqed help fetch-trades")
    .action((name) => {
      const isMeant = (command: typeof program.commands[number]) =>
        [command.name(), ...command.aliases()].some((known) => known === name);
      (program.commands.find(isMeant) ?? program).outputHelp();
    });
}
