import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { knownVenues } from "../feed/venue.ts";
import { bashCompletion } from "./completion_bash.ts";
import { fishCompletion } from "./completion_fish.ts";
import { zshCompletion } from "./completion_zsh.ts";

/** What may stand after an option, or as an argument: these words, a path, or what only the user knows. */
export type Completed = readonly string[] | "file" | "folder" | "anything";

export interface CompletedOption {
  /** `--wrk-dir` */
  readonly name: string;
  readonly description: string;
  /** Null when it takes no value. */
  readonly value: Completed | null;
}

export interface CompletedCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  /** Its own, besides the program's. */
  readonly options: readonly CompletedOption[];
  /** What its arguments may be. */
  readonly words: readonly string[];
}

/** What there is to complete. */
export interface Grammar {
  readonly program: string;
  /** Those that stand before and after a command. */
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
}

const PRINTERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export type Shell = keyof typeof PRINTERS;

/** The completion script of a shell. It is complete in itself: the program is not run at the press of a key. */
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

/** By what the help calls it. */
function valueOf({ flags, argChoices }: Option): Completed | null {
  if (argChoices !== undefined) return argChoices;
  const placeholder = /<(.+)>/.exec(flags)?.[1];
  if (placeholder === undefined) return null;
  return placeholder === "file" ? "file" : placeholder === "dir" ? "folder" : "anything";
}

function venuesFor(argument: string): string[] {
  return argument.startsWith("venue") ? knownVenues() : [];
}
