import { dirname, join } from "node:path";
import type { Batch, TimeColumn } from "../../../src/feed/records/batch.ts";
import { NULL_TIME } from "../../../src/feed/records/batch.ts";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { openIfThere } from "../../../src/store/data_file.ts";
import { writeBatches } from "../../../src/store/write_batches.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { FILTER_KEY, LEDGER_KEY } from "../../../src/store/footer_keys.ts";
import { Layout } from "../../../src/store/layout.ts";
import { batchOf } from "../../../src/store/row_group.ts";
import { openStored } from "../../../src/store/stored_partition.ts";
import { runJobAsShipped, runProgram } from "../fresh.ts";
import type { Measured } from "../jobs/measured.ts";
import { peak, seconds } from "../measured_lines.ts";
import { DATE } from "../raw_day.ts";
import type { Line } from "../table.ts";
import { HOUR, type QuoteMinutes } from "./minutes.ts";

/** Of Tradegate, in UTC: from 07:30 to 22:00 in Frankfurt. */
const HOURS = Array.from({ length: 15 }, (_, i) => i + 5);
const NANOS_PER_HOUR = 3_600_000_000_000n;
/** The target of the project's fifteenth issue for an instrument at a time, in seconds. */
const AT_TARGET = 0.3;
/** What an export may take, in MB of 10⁶ bytes: as much as that of a month of trades. */
const EXPORT_TARGET = 300;
const breathe = () => Promise.resolve();
/** What an hour's footer says that names no source files. */
const NO_FILES = new Map([[LEDGER_KEY, ""], [FILTER_KEY, ""]]);

/** Stored hours of a trading day. */
export interface QuoteDay {
  readonly directory: string;
  readonly venue: string;
  readonly rows: number;
  /** One of the instruments. */
  readonly isin: string;
}

/** What was measured once. */
export interface ReadingRound {
  readonly atSeconds: number;
  readonly marksAt: Measured;
  readonly marksAtClose: Measured;
}

/** Makes a day of an hour: its rows are those of each hour, moved on. */
export async function makeQuoteDay(
  directory: string,
  { layout, venue, service }: QuoteMinutes,
): Promise<QuoteDay> {
  await runJobAsShipped("quotes_hour", layout.workingDirectory, venue, service, HOUR);
  const path = layout.partition(QUOTES_BY_HOUR, venue, HOUR);
  using file = openIfThere(path)!;
  const { rows, groups } = await openStored(path, file, QUOTES);
  for (const hour of HOURS) {
    const period = `${DATE}T${String(hour).padStart(2, "0")}`;
    const target = new Layout(directory).partition(QUOTES_BY_HOUR, venue, period);
    Deno.mkdirSync(dirname(target), { recursive: true });
    const by = BigInt(hour - Number(HOUR.slice(-2))) * NANOS_PER_HOUR;
    const moved = async function* () {
      for (const group of groups()) yield movedOn(batchOf(group), by);
    };
    await writeBatches(target, moved(), () => NO_FILES, { type: QUOTES, createdBy: "benchmark", breathe });
  }
  Deno.removeSync(path);
  const [isin] = [...groups()].map(({ bounds }) => bounds![0]).slice(-1);
  return { directory, venue, rows: HOURS.length * rows, isin };
}

/** The same rows at other times. */
function movedOn(batch: Batch, by: bigint): Batch {
  const columns = batch.columns.map((column, index) =>
    index === QUOTES.time.event || index === QUOTES.time.published
      ? {
        ...column,
        nanos: (column as TimeColumn).nanos.map((time) => time === NULL_TIME ? time : time + by),
      }
      : column
  );
  return { ...batch, columns };
}

/** Asks the day for one instrument and for all, the program being started anew for each. */
export async function runReadingRound({ directory, venue, isin }: QuoteDay): Promise<ReadingRound> {
  const inDay = ["--wrk-dir", directory];
  const at = ["--at", "17:30"];
  const output = ["--output", join(directory, "marks.csv")];
  return {
    atSeconds: await runProgram(...inDay, "quotes", venue, "--isin", isin, ...at),
    marksAt: await runJobAsShipped("command", ...inDay, "marks", venue, ...at, ...output),
    marksAtClose: await runJobAsShipped("command", ...inDay, "marks", venue, ...output),
  };
}

/** What is printed of the rounds. */
export function readingLinesOf(rounds: readonly ReadingRound[], { rows }: QuoteDay): Line[] {
  const marks = (key: "marksAt" | "marksAtClose") => rounds.map((round) => round[key]);
  return [
    {
      ...seconds(
        `   an instrument at 17:30, of a day of ${rows.toLocaleString("en")} rows`,
        rounds.map(({ atSeconds }) => atSeconds),
      ),
      target: { atMost: AT_TARGET },
    },
    seconds("   marks: all instruments at 17:30", marks("marksAt").map(({ seconds }) => seconds)),
    peak(marks("marksAt")),
    seconds("   marks: all at the close", marks("marksAtClose").map(({ seconds }) => seconds)),
    peak(marks("marksAtClose")),
  ];
}

/** Exports the day to a lake, once: of the real size it takes minutes. */
export function exportQuoteDay({ directory, venue }: QuoteDay): Promise<Measured> {
  const to = ["--to", join(directory, "lake"), "--all", "--what", "quotes"];
  return runJobAsShipped("command", "--wrk-dir", directory, "export", venue, ...to);
}

/** What is printed of the export. */
export function exportedLinesOf(exported: Measured, { rows }: QuoteDay): Line[] {
  return [
    seconds(`   a day of ${rows.toLocaleString("en")} quotes exported to a lake`, [exported.seconds]),
    seconds("     CPU time", [exported.cpuSeconds]),
    { ...peak([exported]), target: { atMost: EXPORT_TARGET } },
  ];
}
