import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** What a command's help says after its options. */
export interface FurtherHelp {
  readonly notes: readonly string[];
  /** Command lines. */
  readonly examples: readonly string[];
}

/** What the help of a command says after its options, without its exit codes. */
export function helpOf(command: CommandUnknownOpts): FurtherHelp {
  const [further] = whole(command).slice(command.helpInformation().length).split("\nExit codes:\n");
  const [notes, examples = ""] = further.split("\nExamples:\n");
  return { notes: linesOf(notes), examples: linesOf(examples).map((line) => line.trim()) };
}

/** All that the help prints. */
function whole(command: CommandUnknownOpts): string {
  let printed = "";
  const before = command.configureOutput();
  command.configureOutput({ ...before, writeOut: (text) => printed += text });
  command.outputHelp();
  command.configureOutput(before);
  return printed;
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
