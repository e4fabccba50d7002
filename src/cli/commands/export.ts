import { Option } from "@commander-js/extra-typings";
import { LAKE_DATASETS, type LakeName } from "../../derive/lake/exported_datasets.ts";
import type { LakeExport, LakeMonth } from "../../derive/lake/export_venue.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { Layout } from "../../store/layout.ts";
import { periodsOf } from "../../store/periods.ts";
import { advising } from "../advising.ts";
import { EXIT } from "../exit.ts";
import { exportToLake } from "../export_to_lake.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { lakeNamesOption } from "../grammar/lake_names.ts";
import { monthOption, venuesOption } from "../grammar/option_values.ts";
import { objectionToLake } from "../objection_to_lake.ts";
import { answer, run } from "../run_command.ts";
import { printLine, printTable } from "../terminal/output.ts";
import { type Collaborators, wire } from "../wiring.ts";

/** What is exported where; without a month, the last two that are stored. */
interface ExportOptions extends JsonOption {
  readonly to: string;
  readonly month?: string;
  readonly all?: true;
  readonly what: readonly LakeName[];
}

/** The month that is not over yet, and the one before, whose last daily files come in its first days. */
const TRAILING_MONTHS = 2;
/** How long to wait for another export of the venue: a month of trades takes half a minute. */
const PATIENCE_MILLIS = 60_000;

export function addExportCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("export")
    .description(
      "Write months as files that Spark, Iceberg and other engines read as they are; by default the last two months, as " +
        "far as they have changed since.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .requiredOption("--to <dir>", "the folder of the lake; created if it does not exist")
    .addOption(
      new Option("--month <month>", "this month, YYYY-MM").argParser(monthOption).conflicts("all"),
    )
    .option("--all", "every stored month")
    .addOption(
      new Option(
        "--what <names>",
        `what to export, separated by commas: ${Object.keys(LAKE_DATASETS).join(", ")}`,
      )
        .argParser(lakeNamesOption).default(["trades"] as const, "trades"),
    )
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      examples("export DETR --to /srv/lake", "export DETR DFRA --to /srv/lake --all --what trades,bars"),
    )
    .action(async (venues, options, command) => {
      const all = { ...globals(), ...options };
      const objection = objectionToLake(options.to, new Layout(all.wrkDir));
      if (objection !== null) command.error(`error: ${objection}`);
      setExitCode(await exportCommand(venues as Venue[], all));
    });
}

function exportCommand(venues: readonly Venue[], options: GlobalOptions & ExportOptions): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => exportChosen(venue, options, tools, signal);
    return answer(venues, options, ask, printExports, (done) => codeOf(done, options.what));
  });
}

/** A venue's part of the JSON document of `export`. */
interface VenueExports {
  readonly venue: Venue;
  readonly exports: readonly LakeExport[];
}

async function exportChosen(
  venue: Venue,
  options: ExportOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<VenueExports> {
  const months = chosenMonths(venue, options, tools.layout);
  const wait = { clock: tools.clock, patienceMillis: PATIENCE_MILLIS, signal };
  const exports = await advising("--to", () => exportToLake(venue, options.to, months, tools, wait));
  for (const { period, what } of exports.filter(({ kind }) => kind === "nothing")) {
    log.warning(`${venue} ${period}: ${what} not exported: nothing is stored for that month`);
  }
  for (const what of neverStored(options.what, exports)) {
    log.warning(`${venue}: ${what} not exported: nothing is stored`);
  }
  return { venue, exports };
}

/** The requested months, oldest first; of each dataset those that can be made. */
function chosenMonths(venue: Venue, { what, month, all }: ExportOptions, layout: Layout): LakeMonth[] {
  const monthsOf = (name: LakeName) => {
    if (month !== undefined) return [month];
    const { months } = LAKE_DATASETS[name];
    const stored = periodsOf(layout, { ...months, grain: "month" }, venue);
    return all ? stored : stored.slice(-TRAILING_MONTHS);
  };
  return what.flatMap((name) => monthsOf(name).map((month) => ({ what: name, month })))
    .sort((a, b) => a.month.localeCompare(b.month));
}

/** The datasets without any month. */
function neverStored(names: readonly LakeName[], exports: readonly LakeExport[]): LakeName[] {
  return names.filter((name) => !exports.some(({ what }) => what === name));
}

/** 65 when something stored is damaged or has shrunk, 3 when nothing is stored of what was asked for, else 0. */
function codeOf({ exports }: VenueExports, names: readonly LakeName[]): number {
  if (exports.some(({ kind }) => kind === "refused")) return EXIT.damagedData;
  const isLacking = neverStored(names, exports).length > 0 || exports.some(({ kind }) => kind === "nothing");
  return isLacking ? EXIT.inPart : EXIT.done;
}

function printExports({ venue, exports }: VenueExports): void {
  const rows = exports.flatMap((done) =>
    done.kind === "refused" || done.kind === "nothing"
      ? []
      : [[done.period, done.what, "rows" in done ? done.rows : 0, done.kind]]
  );
  if (rows.length === 0) return;
  printLine(`${venue}: exported`);
  printTable(["period", "what", "rows", ""], rows);
}
