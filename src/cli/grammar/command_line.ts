import { type Command, Option } from "@commander-js/extra-typings";
import type { GlobalOptions } from "./global_options.ts";
import { apiOption, isinsOption } from "./option_values.ts";

/** What a command is added to. */
export interface CommandLine {
  readonly program: Command;
  /** The program's own options; available once the command line is parsed. */
  globals(): GlobalOptions;
  setExitCode(code: number): void;
  /** The action of a command whose function gets its argument and all options, and returns the exit code. */
  action<Argument, Own>(
    command: (argument: Argument, options: GlobalOptions & Own) => Promise<number>,
  ): (argument: unknown, own: Own) => Promise<void>;
}

/** The examples at the end of a command's help. */
export function examples(...lines: string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  xetra-parqed ${line}`)].join("\n");
}

/** Ends a command, as commander does, if a range of dates ends before it begins. */
export function refuseSwapped(
  { from, to }: { readonly from?: string; readonly to?: string },
  command: Pick<Command, "error">,
): void {
  if (from !== undefined && to !== undefined && from > to) {
    command.error("error: --from is after --to: swap them");
  }
}

/** `--quotes`, of commands that work on trades or on quotes. */
export const OF_QUOTES = new Option("--quotes", "quotes instead of trades");

/** `--api-url`, for every command that makes requests to the exchange. */
export const API_URL = new Option("--api-url <url>", "another file service, on this machine (replica, tests)")
  .env("XETRA_PARQED_API_URL").argParser(apiOption);

/** `--isin`; `what` says what is done with these instruments only. */
export function isinOption(what: string) {
  return new Option("--isin <isins>", `${what}: ISINs separated by commas, or @FILE with one per line`)
    .argParser(isinsOption);
}
