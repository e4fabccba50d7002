import { Option } from "@commander-js/extra-typings";
import { counted, firstOfMany } from "../../collect/counted.ts";
import { type VerifiedQuotes, verifyQuotes } from "../../collect/quotes/verify/verify_quotes.ts";
import { objectionTo } from "../../collect/merge/merge_venue.ts";
import type { Issue } from "../../collect/verify/issues.ts";
import { type Chosen, type VerifiedAndRepaired, verifyAndRepair } from "../../collect/verify/mend.ts";
import type { Repair } from "../../collect/verify/repairs.ts";
import type { Venue } from "../../feed/venue.ts";
import { QUOTES_BY_HOUR, TRADES_BY_DAY } from "../../store/datasets.ts";
import { Layout } from "../../store/layout.ts";
import { EXIT } from "../exit.ts";
import { API_URL, type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { FetchOptions } from "../grammar/fetch_options.ts";
import type { GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { dateOption, monthOption, venuesOption } from "../grammar/option_values.ts";
import { answer, run } from "../run_command.ts";
import { wireQuotes } from "../quotes_wiring.ts";
import { printLine } from "../terminal/output.ts";
import { wire } from "../wiring.ts";

type VerifyOptions = Chosen & Pick<FetchOptions, "apiUrl" | "quotaFile"> & QuotesOption & JsonOption;

export function addVerifyCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("verify")
    .description(
      "Read back what is stored and check that it is whole, sorted, and agrees with its ledgers; by default everything.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .addOption(
      new Option("--month <month>", "only this month, YYYY-MM").argParser(monthOption).conflicts("date"),
    )
    .addOption(new Option("--all", "everything (the default)").conflicts(["date", "month"]))
    .option("--repair", "keep damaged files under another name, and rebuild them from the raw files")
    .option(
      "--from <dir>",
      "with --repair: take what cannot be rebuilt from another working directory, or a copy of it",
    )
    .addOption(OF_QUOTES)
    .addOption(API_URL)
    .option("--quota-file <file>", "as for fetch-trades: the download of a daily file counts")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "verify DETR",
        "verify DETR DFRA --month 2026-09",
        "verify DETR --repair",
        "verify DETR --repair --from /mnt/second/xetra",
        "verify DGAT --quotes",
      ),
    )
    .action(async (venues, options, command) => {
      const all = { ...globals(), ...options };
      const objection = objectionToFrom(all);
      if (objection !== null) command.error(`error: ${objection}`);
      setExitCode(await verifyCommand(venues as Venue[], all));
    });
}

function objectionToFrom({ from, repair, quotes, wrkDir }: GlobalOptions & VerifyOptions): string | null {
  if (from === undefined) return null;
  if (!repair) return "--from goes with --repair: nothing is taken without it";
  return objectionTo(from, new Layout(wrkDir), quotes ? QUOTES_BY_HOUR : TRADES_BY_DAY);
}

function verifyCommand(
  venues: readonly Venue[],
  options: GlobalOptions & VerifyOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    if (options.quotes) {
      const tools = wireQuotes(options);
      const ask = (venue: Venue) => verifyQuotes(venue, options, tools, signal);
      return answer(venues, options, ask, (verified) => printQuotes(verified, options), verifiedCode);
    }
    const tools = wire(options);
    const ask = (venue: Venue) => verifyAndRepair(venue, options, tools, signal);
    return answer(venues, options, ask, (verified) => printVerification(verified, options), verifiedCode);
  });
}

/** 65 when damage remains, 3 when trades are or may be missing or nothing is stored, else 0. */
function verifiedCode(verified: VerifiedAndRepaired | VerifiedQuotes): number {
  const { issues, repairs } = verified;
  if (issues.some(({ severity }) => severity === "damage")) return EXIT.damagedData;
  const inPart = isNothing(verified) ||
    issues.some(({ severity }) => severity === "incomplete") ||
    repairs.some((repair) => repair.kind === "rebuilt" && isInPart(repair));
  return inPart ? EXIT.inPart : EXIT.done;
}

/** Whether trades may be missing, or there are two versions of a file. */
function isInPart({ proven, other }: Repair & { readonly kind: "rebuilt" }): boolean {
  return !proven || (other?.conflicts.length ?? 0) > 0;
}

function printVerification(verified: VerifiedAndRepaired, chosen: Chosen): void {
  const { venue, partitions, trades, rawFiles, dailyFiles, monthFiles, kept } = verified;
  printIssues(verified, "trade");
  const found = `read back ${counted(partitions, "partition")} with ${counted(trades, "trade")}, ` +
    `${counted(rawFiles, "raw file")}, ${counted(dailyFiles, "daily file")} of the exchange` +
    `${monthFiles === 0 ? "" : `, ${counted(monthFiles, "month file")}`}: ` +
    countsOf(verified);
  printLine(`${venue}: ${isNothing(verified) ? nothingText(chosen) : found}`);
  if (kept.first === null) return;
  const files = `${counted(kept.files, "kept file")}, ${(kept.bytes / 1e6).toFixed(1)} MB`;
  printLine(
    `${venue}: ${files}, the first: ${kept.first}. Delete them yourself when you no longer need them`,
  );
}

function printQuotes(verified: VerifiedQuotes, chosen: Chosen): void {
  const { venue, partitions, quotes, rawFiles } = verified;
  printIssues(verified, "quote");
  const found = `read back ${counted(partitions, "hour")} with ${counted(quotes, "quote")}, ` +
    `${counted(rawFiles, "raw file")}: ${countsOf(verified)}`;
  printLine(`${venue}: ${isNothing(verified) ? nothingText(chosen) : found}`);
}

/** As in a wrong working directory, which must not look verified. */
function isNothing(verified: VerifiedAndRepaired | VerifiedQuotes): boolean {
  return verified.dates === 0 && !("monthFiles" in verified && verified.monthFiles > 0);
}

function nothingText({ date, month }: Chosen): string {
  const period = date ?? month;
  return period === undefined ? "nothing is stored" : `nothing is stored of ${period}`;
}

/** A line each; `noun` is what a row is called. */
function printIssues(
  { issues, repairs }: Pick<VerifiedAndRepaired, "issues" | "repairs">,
  noun: string,
): void {
  for (const repair of repairs) printLine(`${repair.date}  ${describeRepair(repair, noun)}`);
  for (const { date, severity, path, what, remedy } of issues) {
    printLine(`${date}  ${severity.toUpperCase()} ${path}: ${what}; ${remedy}`);
  }
}

function countsOf({ issues }: Pick<VerifiedAndRepaired, "issues">): string {
  const count = (severity: Issue["severity"]) => issues.filter((issue) => issue.severity === severity).length;
  const warnings = counted(count("warning"), "warning");
  return `${count("damage")} damaged, ${count("incomplete")} incomplete, ${warnings}`;
}

function describeRepair(repair: Repair, noun: string): string {
  switch (repair.kind) {
    case "rebuilt":
      return describeRebuilt(repair, noun);
    case "judged":
      return `READ AGAIN the daily file of ${repair.path}: ${counted(repair.added, "trade")} added`;
    case "set aside":
      return `SET ASIDE ${repair.path} as ${repair.aside}`;
    case "left":
      return `LEFT ${repair.path} as it is: ${repair.reason}`;
  }
}

function describeRebuilt(
  { path, rows, aside, proven, other }: Repair & { readonly kind: "rebuilt" },
  noun: string,
): string {
  const rebuilt = `REBUILT ${path} with ${counted(rows, noun)}`;
  const kept = `the damaged file is ${aside}`;
  if (other === null) {
    const doubt = proven ? "" : `; its ledger could not be read: ${noun}s may be missing`;
    return `${rebuilt}; ${kept}${doubt}`;
  }
  const { unproved, conflicts } = other;
  const named = (keys: readonly string[]) => firstOfMany(keys, NAMED);
  return [
    `${rebuilt}, with those of ${other.path}`,
    kept,
    ...unproved === null ? [`its ledger could not be read: ${noun}s may be missing`] : [],
    ...unproved?.length
      ? [`${counted(unproved.length, "file")} not proved to be whole: ${named(unproved)}`]
      : [],
    ...conflicts.length > 0
      ? [`${counted(conflicts.length, "file")} with other bytes there, both are stored: ${named(conflicts)}`]
      : [],
  ].join("; ");
}

const NAMED = 3;
