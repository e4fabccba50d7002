import { inventoriesOf, inventoryOf } from "../../collect/inventory.ts";
import { absentOf, overdueFiles } from "../../collect/monitor/absent.ts";
import { type DayStatus, statusOf } from "../../collect/monitor/status.ts";
import { rejectedNames } from "../../collect/rejected.ts";
import type { Exchange } from "../../feed/http/client.ts";
import type { Venue } from "../../feed/venue.ts";
import { storedDates } from "../../store/dates.ts";
import type { Layout } from "../../store/layout.ts";
import { readPending } from "../../store/records/pending.ts";
import { Spool } from "../../store/spool/spool.ts";
import { apiUrlOption, type CommandLine, examples } from "../grammar/command_line.ts";
import type { ExchangeOptions, GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/values.ts";
import { answer, run } from "../run_command.ts";
import { printTable } from "../terminal/output.ts";
import { wire } from "../wiring.ts";

/** Compares what is listed with what is stored. */
export function addCheckStatusCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("check-status")
    .description("Compare what the exchange lists with what is stored, by date.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(apiUrlOption())
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-status DETR", "check-status DETR DFRA --json"))
    .action(async (venues, options) => {
      setExitCode(await checkStatusCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function checkStatusCommand(
  venues: readonly Venue[],
  options: GlobalOptions & ExchangeOptions & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const { exchange, layout, clock } = wire(options);
    const ask = (venue: Venue) => checkStatus(venue, exchange, layout, clock.now(), signal);
    return answer(venues, options, ask, printStatus);
  });
}

/** A venue's line of the JSON document of `check-status`. */
interface VenueStatus {
  readonly venue: Venue;
  readonly days: readonly DayStatus[];
}

/** What the exchange lists of a venue at `now` against what is stored; locks nothing, creates nothing. */
async function checkStatus(
  venue: Venue,
  exchange: Exchange,
  layout: Layout,
  now: number,
  signal: AbortSignal,
): Promise<VenueStatus> {
  const { files } = await exchange.list(venue, signal);
  const record = readPending(layout.pendingRecord(venue));
  const overdue = overdueFiles(venue, files, now);
  const days = await inventoriesOf(layout, venue, [...files, ...overdue].map(({ date }) => date));
  const { all } = await rejectedNames(new Spool(layout, venue));
  const known = new Set([...record.keys(), ...all, ...files.map(({ name }) => name)]);
  const absent = absentOf(overdue, days, known);
  const others = storedDates(layout, venue).filter((date) => !days.has(date));
  const earlier = await Array.fromAsync(others, (date) => statusOfUnlisted(layout, venue, date));
  const inOrder = [...statusOf(files, days, record, absent), ...earlier]
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  return { venue, days: inOrder };
}

/** The line of a date of which nothing is listed: its inventory is not kept, for there may be thousands. */
async function statusOfUnlisted(layout: Layout, venue: Venue, date: string): Promise<DayStatus> {
  const days = new Map([[date, await inventoryOf(layout, venue, date)]]);
  return statusOf([], days, new Map(), [])[0];
}

function printStatus({ venue, days }: VenueStatus): void {
  console.log(`${venue}: listed by the exchange against stored`);
  printDays(days);
}

/** A line a date. */
export function printDays(days: readonly DayStatus[]): void {
  printTable(
    ["date", "listed", "stored", "waiting", "pending", "lost", "absent", "trades", ""],
    days.map((day) => [
      day.date,
      day.listed,
      day.stored,
      day.waiting,
      day.pending,
      day.lost,
      day.absent,
      day.trades,
      day.damaged ? "damaged" : "",
    ]),
  );
}
