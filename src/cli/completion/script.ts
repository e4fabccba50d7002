import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { knownVenues } from "../../feed/venue.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import type { Completed, CompletedOption, Grammar } from "./words.ts";
import { zshCompletion } from "./zsh.ts";

const PRINTERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export type Shell = keyof typeof PRINTERS;

/** The completion script of a shell. It is self-contained: completing does not run the program. */
export function completionScript(shell: Shell, program: CommandUnknownOpts): string {
  return PRINTERS[shell](grammarOf(program));
}

function grammarOf(program: CommandUnknownOpts): Grammar {
  const options = optionsOf(program);
  const isOwn = ({ name }: CompletedOption) => !options.some((option) => option.name === name);
  const commands = program.commands.map((command) => ({
    name: command.name(),
    aliases: command.aliases(),
    description: command.description(),
    options: optionsOf(command).filter(isOwn),
    words: command.registeredArguments.flatMap((argument) =>
      argument.argChoices ?? venuesFor(argument.name())
    ),
  }));
  return { program: program.name(), options, commands };
}

function optionsOf(command: CommandUnknownOpts): CompletedOption[] {
  return command.createHelp().visibleOptions(command).filter(({ long }) => long !== undefined).map((
    option,
  ) => ({ name: option.long!, description: option.description, value: valueOf(option) }));
}

/** The kind of value, derived from its name in the help. */
function valueOf({ flags, argChoices }: Option): Completed | null {
  if (argChoices !== undefined) return argChoices;
  const placeholder = /<(.+)>/.exec(flags)?.[1];
  if (placeholder === undefined) return null;
  return placeholder === "file" ? "file" : placeholder === "dir" ? "folder" : "anything";
}

function venuesFor(argument: string): string[] {
  return argument.startsWith("venue") ? knownVenues() : [];
}
