/** Stored hours of made-up quotes, and what the program reads of them. */
import { dirname } from "node:path";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import type { Batch } from "../../../src/feed/records/batch.ts";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import type { PlainRow } from "../../../src/derive/plain_rows.ts";
import type { HourFiles } from "../../../src/derive/quotes/hour_groups.ts";
import { hoursOf } from "../../../src/derive/quotes/quote_hours.ts";
import type { TimedQuote } from "../../../src/derive/quotes/quote_rows.ts";
import { readQuotes } from "../../../src/derive/quotes/read_quotes.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { publishPartition } from "../../../src/store/partition.ts";
import { ledgerOf } from "../../store/parquet_files.ts";
import { sortBatch } from "../../store/trades.ts";

/** A quote as a test writes it: column names to JSON values. */
export type QuoteInput = Readonly<Record<string, string | number>>;

/** A row, and the hour in UTC in whose partition it lies: `2026-09-01T08`. */
export interface PlacedQuote {
  readonly hour: string;
  readonly row: QuoteInput;
}

const breathe = () => Promise.resolve();

/** Publishes rows into the partitions of their hours. */
export async function publishQuotes(dir: string, venue: string, rows: readonly PlacedQuote[]): Promise<void> {
  const layout = new Layout(dir);
  for (const [hour, placed] of Map.groupBy(rows, ({ hour }) => hour)) {
    const path = layout.partition(QUOTES_BY_HOUR, venue, hour);
    Deno.mkdirSync(dirname(path), { recursive: true });
    const batch = sortBatch(quotesOf(placed.map(({ row }) => row)));
    const source = (async function* () {
      yield batch;
    })();
    const options = { type: QUOTES, createdBy: "a test", breathe };
    await publishPartition(path, [source], ledgerOf("00_00", placed.length), options);
  }
}

/** What the program makes of a stored trading day. */
export function readDay(
  dir: string,
  venue: string,
  day: string,
  quotesOf: (files: HourFiles) => Iterable<TimedQuote>,
  isins: ReadonlySet<string> | null = null,
): Promise<PlainRow[]> {
  const hours = hoursOf(new Layout(dir), venue, day);
  return Array.fromAsync(readQuotes({ venue, hours, isins, breathe }, quotesOf));
}

function quotesOf(rows: readonly QuoteInput[]): Batch {
  const builder = new BatchBuilder(QUOTES, Math.max(1, rows.length));
  for (const row of rows) {
    builder.clearRow();
    for (const [name, value] of Object.entries(row)) {
      const column = QUOTES.columnOfName.get(name)!;
      if (!builder.put(column, value)) throw new Error(`${name} cannot hold ${value}`);
    }
    builder.endRow();
  }
  return builder.take();
}
