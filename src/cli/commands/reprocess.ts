import { type Finding, isLoss } from "../../collect/findings.ts";
import { renewPartitions } from "../../collect/maintain/renew.ts";
import { underLock } from "../../collect/maintain/under_lock.ts";
import { refreshVenueState } from "../../collect/monitor/venue_state.ts";
import { logDrift } from "../../collect/publish/drift.ts";
import type { Publisher } from "../../collect/publish/publish.ts";
import { rejectedOfDate } from "../../collect/rejected.ts";
import { counted } from "../../collect/counted.ts";
import { rejectedText } from "../../collect/rejected.ts";
import { logFinding } from "../../collect/log_finding.ts";
import { type Acceptance, acceptFile } from "../../collect/verify/accept.ts";
import { reprocessDay } from "../../collect/verify/reprocess.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DailyMarks } from "../../store/records/daily_marks.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { dateOption, namesOption, venuesOption } from "../grammar/values.ts";
import { answer, run } from "../run_command.ts";
import { type Collaborators, wire } from "../wiring.ts";

/** Options of `reprocess`. */
interface ReprocessOptions extends JsonOption {
  readonly date?: string;
  readonly force?: true;
  /** Names of raw files that shall not be told any more. */
  readonly accept?: readonly string[];
}

/** Decodes raw files again. */
export function addReprocessCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("reprocess")
    .alias("reprocess-raw-cache")
    .description("Decode raw files again that were not understood, for example after an update.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .option("--force", "all raw files; what they give now takes precedence over what is stored")
    .option(
      "--accept <name>",
      "stop reporting this file; a daily file that contradicts the minute files is taken",
      namesOption,
    )
    .option("--json", "print JSON")
    .addHelpText("after", examples("reprocess DETR", "reprocess DETR --date 2026-09-01 --force"))
    .action(async (venues, options) => {
      setExitCode(await reprocessCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function reprocessCommand(
  venues: readonly Venue[],
  options: GlobalOptions & ReprocessOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => reprocess(venue, options, tools, signal);
    return answer(venues, options, ask, printReprocessed, reprocessedCode);
  });
}

/** A venue's entry in the JSON document of `reprocess`. */
interface ReprocessedVenue {
  readonly venue: Venue;
  /** Raw files that were decoded again. */
  readonly files: number;
  /** Trades that were added. */
  readonly trades: number;
  /** Names that are told no more. */
  readonly accepted: readonly string[];
  /** Daily files that are stored whole, though they may contradict the minute files. */
  readonly taken: readonly string[];
  /** Names that should be, but of which no raw file waits. */
  readonly unknown: readonly string[];
  /** Names of which only bytes came that are no file of the exchange, still. */
  readonly rejected: readonly string[];
  readonly findings: readonly Finding[];
}

/** Decodes raw files of a venue again, under its write lock; with names to accept, does only that. */
export async function reprocess(
  venue: Venue,
  options: ReprocessOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<ReprocessedVenue> {
  return await underLock(venue, tools, signal, async (publisher) => {
    const { accept } = options;
    const result = accept === undefined
      ? await decodeAgain(publisher, options, tools)
      : await acceptAll(publisher, accept, tools);
    await refreshVenueState(publisher.spool);
    return { ...NOTHING, venue, ...result };
  });
}

async function decodeAgain(
  publisher: Publisher,
  { date, force }: ReprocessOptions,
  { layout, clock }: Collaborators,
): Promise<Partial<ReprocessedVenue>> {
  const { spool } = publisher;
  const marks = new DailyMarks(layout, spool.venue, clock.now());
  const findings: Finding[] = [];
  const rejected: string[] = [];
  let files = 0;
  if (date === undefined) await renewPartitions(publisher);
  for (const day of spool.dates().filter((day) => day === (date ?? day))) {
    const reprocessed = await reprocessDay({ ...publisher, marks }, day, force ?? false);
    reprocessed.findings.forEach((finding) => logFinding(spool.venue, finding, clock.now()));
    await logDrift(spool.venue, reprocessed.findings, marks);
    findings.push(...reprocessed.findings);
    rejected.push(...(await rejectedOfDate(spool, day)).unaccepted);
    files += reprocessed.files;
  }
  return { files, trades: addedBy(findings), rejected, findings };
}

async function acceptAll(
  publisher: Publisher,
  names: readonly string[],
  { clock }: Collaborators,
): Promise<Partial<ReprocessedVenue>> {
  const by: Record<Acceptance["kind"], string[]> = { silenced: [], taken: [], unknown: [] };
  const findings: Finding[] = [];
  let files = 0;
  for (const name of names) {
    const acceptance = await acceptFile(publisher, name);
    const isDamaged = acceptance.kind === "taken" &&
      acceptance.findings.some(({ kind }) => kind === "damaged raw file");
    if (!isDamaged) by[acceptance.kind].push(name);
    if (acceptance.kind !== "taken" || acceptance.findings.length === 0) continue;
    acceptance.findings.forEach((finding) => logFinding(publisher.spool.venue, finding, clock.now()));
    findings.push(...acceptance.findings);
    files++;
  }
  const { silenced: accepted, taken, unknown } = by;
  return { files, trades: addedBy(findings), accepted, taken, unknown, findings };
}

const NOTHING = { files: 0, trades: 0, accepted: [], taken: [], unknown: [], rejected: [], findings: [] };

function addedBy(findings: readonly Finding[]): number {
  const stored = findings.filter((finding) => finding.kind === "stored");
  return stored.reduce((sum, { added }) => sum + added, 0);
}

/** 65 when a partition is damaged, 64 when a name to accept is wrong, 3 when something is still not understood. */
function reprocessedCode({ findings, unknown, rejected }: ReprocessedVenue): number {
  if (findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  if (unknown.length > 0) return EXIT.usage;
  return rejected.length > 0 || findings.some(isLoss) ? EXIT.inPart : EXIT.done;
}

function printReprocessed(
  { venue, files, trades, accepted, taken, unknown, rejected }: ReprocessedVenue,
): void {
  for (const name of accepted) console.log(`${venue}: ${name} is no longer reported; its bytes are kept`);
  for (const name of taken) console.log(`${venue}: all trades of ${name} are stored`);
  for (const name of unknown) {
    log.error(`${name} is not a waiting raw file of ${venue}; check-partial lists those`);
  }
  if (rejected.length > 0) log.warning(`${venue}: ${rejectedText(rejected)}. check-partial names them all`);
  if (accepted.length + taken.length + unknown.length > 0 && files === 0) return;
  console.log(
    `${venue}: ${counted(files, "raw file")} decoded again, ${counted(trades, "trade")} added`,
  );
}
