import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { ownExitCodes, sharedExitCodes } from "../../src/cli/grammar/exit_help.ts";
import { files, VARIABLES } from "./facts.ts";
import { helpOf } from "./help.ts";
import { argument, type Item, list, literal, option, text } from "./mdoc.ts";

/**
 * The manual page of the program, in mdoc(7), made of what its help says and of `facts.ts`. `date` is the day of its
 * release, `2026-11-25`.
 */
export function manualPage(program: CommandUnknownOpts, date: string): string {
  const commands = program.createHelp().visibleCommands(program);
  const all = [program, ...commands];
  const sections: Record<string, string[]> = {
    NAME: [`.Nm ${program.name()}`, `.Nd ${text(lowerCase(program.description()))}`],
    SYNOPSIS: [".Nm", ".Op Ar options", ".Ar command", ".Op Ar ..."],
    DESCRIPTION: [...described(program), ".Pp", "The options hold before and after a command."],
    COMMANDS: commands.flatMap((command) => [
      `.Ss ${command.name()}`,
      `.D1 Nm Cm ${usage(command)}`,
      ...described(command, program),
    ]),
    ENVIRONMENT: list([...variablesOf(all), ...VARIABLES].map(([name, meaning]) => [`Ev ${name}`, meaning])),
    FILES: list(files().map(([path, meaning]) => [`Pa ${path}`, meaning])),
    "EXIT STATUS": list(Object.entries(sharedExitCodes())),
    EXAMPLES: literal([...new Set(all.flatMap((command) => helpOf(command).examples))]),
    "SEE ALSO": [".Xr journalctl 1 ,", ".Xr systemctl 1 ,", ".Xr systemd.service 5"],
  };
  return [
    `.Dd ${dateInWords(date)}`,
    `.Dt ${program.name().toUpperCase()} 1`,
    ".Os",
    ...Object.entries(sections).flatMap(([title, lines]) => [`.Sh ${title}`, ...lines]),
  ].join("\n") + "\n";
}

/** What a command is for, its arguments, its options without those of `parent`, and the rest of its help. */
function described(command: CommandUnknownOpts, parent?: CommandUnknownOpts): string[] {
  const shared = parent === undefined ? [] : optionsOf(parent).map(({ long }) => long);
  const own = optionsOf(command).filter(({ long }) => !shared.includes(long));
  const { notes } = helpOf(command);
  const codes = Object.entries(ownExitCodes(command.name()));
  return [
    text(command.description()),
    ...(command.aliases().length === 0 ? [] : [`Also called ${command.aliases().map(text).join(", ")}.`]),
    ...list([...argumentsOf(command), ...own.map((option) => optionItem(command, option))]),
    ...(notes.length === 0 ? [] : [".Pp", text(notes.join(" "))]),
    ...(codes.length === 0 ? [] : [".Pp", "Exit codes of its own:", ...list(codes)]),
  ];
}

function optionsOf(command: CommandUnknownOpts): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function optionItem(command: CommandUnknownOpts, given: Option): Item {
  return [option(given.flags), command.createHelp().optionDescription(given)];
}

/** Those with a description. */
function argumentsOf(command: CommandUnknownOpts): Item[] {
  return command.registeredArguments.map((one): Item => [
    `Ar ${argument(one.name())}`,
    command.createHelp().argumentDescription(one),
  ]).filter(([, meaning]) => meaning !== "");
}

/** Variables that stand for options. */
function variablesOf(commands: readonly CommandUnknownOpts[]): Item[] {
  const options = commands.flatMap(optionsOf).filter(({ envVar }) => envVar !== undefined);
  return [...new Map(options.map(({ envVar, long }) => [envVar!, `stands for ${long}`]))];
}

/** What follows the program's name: the command, `options` and its arguments. */
function usage(command: CommandUnknownOpts): string {
  const operands = command.registeredArguments.map((one) => {
    const operand = `Ar ${argument(one.name())}${one.variadic ? " ..." : ""}`;
    return one.required ? operand : `Oo ${operand} Oc`;
  });
  return [command.name(), "Oo Ar options Oc", ...operands].join(" ");
}

function lowerCase(sentence: string): string {
  return sentence[0].toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

function dateInWords(date: string): string {
  return Temporal.PlainDate.from(date).toLocaleString("en-US", { dateStyle: "long" });
}
