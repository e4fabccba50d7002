import { MINUTES_PER_DAY } from "../../feed/calendar/dates.ts";
import { FileDecoder } from "../../feed/decode/decode.ts";
import type { Exchange } from "../../feed/http/client.ts";
import { newScanner } from "../../feed/decode/new_scanner.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { takeWhere } from "../../feed/records/gather.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { BatchBuilder } from "../../feed/decode/batch_builder.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { gunzipBytes, NotGzip } from "../../store/spool/gzip.ts";
import { IdentitySet } from "../../store/identity_set.ts";
import { judgementOf, type LedgerEntry, ledgerKey } from "../../store/ledger.ts";
import { NotNdjson } from "../../store/spool/ndjson.ts";
import { packed } from "../../store/spool/pack.ts";
import { openStored, readPartition } from "../../store/stored_partition.ts";
import { openIfThere } from "../../store/data_file.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { rawDigest, unpack, unpackedLimit } from "../../store/spool/spooled_file.ts";
import { dateOf, publicationMinutes } from "../publish/shares.ts";
import { type Issue, issue } from "./issues.ts";
import type { Pace } from "../pace.ts";
import { absence } from "../pending.ts";
import { counted } from "../counted.ts";

const BATCH_ROWS = 16_384;

/** Where a daily file is requested from, and what it is compared with. */
export interface DailyComparison {
  readonly exchange: Exchange;
  readonly spool: Spool;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** The daily file could not be fetched or read. */
class NotCompared extends Error {}

/**
 * Compares a listed daily file with the partitions that have its rows, trade by trade. It is read from the spool if
 * that has it with the ledger's digest; otherwise it is downloaded into memory. Writes nothing but the quota's record.
 * Throws the disk's errors and the signal's reason.
 */
export async function verifyDaily(file: SourceFile, comparison: DailyComparison): Promise<Issue[]> {
  const { spool: { layout }, pace } = comparison;
  const path = layout.partition(TRADES_BY_DAY, file.venue, file.date);
  try {
    const entry = (await readPartition(path, TRADES))?.ledger.get(ledgerKey(file));
    const stored = new StoredTrades(comparison, file.date);
    let [rows, unmatched] = [0, 0];
    for await (const batch of decoded(await bodyOf(file, entry?.digest, comparison), pace)) {
      rows += batch.rows;
      unmatched += await stored.countUnmatched(batch);
    }
    return dailyIssues(file, path, entry, { rows, unmatched });
  } catch (error) {
    if (!(error instanceof NotCompared || error instanceof DamagedPartition)) throw error;
    const what = `not compared with ${file.name}: ${error.message}`;
    return [issue("not compared", file.date, path, what, "verify again later")];
  }
}

/** The issues when some rows of a daily file have no stored counterpart; `entry` is the file's own ledger entry. */
export function dailyIssues(
  { name, date }: SourceFile,
  path: string,
  entry: LedgerEntry | undefined,
  { rows, unmatched }: { readonly rows: number; readonly unmatched: number },
): Issue[] {
  if (unmatched === 0) return [];
  const what = `${unmatched} of the ${counted(rows, "trade")} of ${name} are not stored`;
  if (entry === undefined) return [issue("not reconciled", date, path, what, "the next fetch adds them")];
  if (judgementOf(entry) !== "taken") {
    const known = `${what}; they were withheld, and its raw file is gone`;
    return [issue("not reconciled", date, path, known, "look at what is stored")];
  }
  return [issue("trades missing", date, path, what, `reprocess --force --date ${date} adds them`)];
}

/** The stored trades of the dates that a daily file has rows for, by identity. */
class StoredTrades {
  readonly #dates = new Map<string, IdentitySet>();

  /** `date` is that of the daily file. */
  constructor(readonly comparison: DailyComparison, readonly date: string) {}

  /**
   * How many of these trades are not stored on the date of their publication, or, without any time, on the file's own
   * date.
   */
  async countUnmatched(batch: Batch): Promise<number> {
    const days = publicationMinutes(batch).map((minute) => Math.floor(minute / MINUTES_PER_DAY));
    let unmatched = 0;
    for (const day of new Set(days)) {
      const stored = await this.#of(Number.isNaN(day) ? this.date : dateOf(day * MINUTES_PER_DAY));
      unmatched += stored.countOthers(takeWhere(batch, (row) => Object.is(days[row], day)));
    }
    return unmatched;
  }

  async #of(date: string): Promise<IdentitySet> {
    const known = this.#dates.get(date) ?? await this.#read(date);
    this.#dates.set(date, known);
    return known;
  }

  async #read(date: string): Promise<IdentitySet> {
    const { spool: { layout, venue }, pace } = this.comparison;
    using file = openIfThere(layout.partition(TRADES_BY_DAY, venue, date));
    const stored = file && await openStored(layout.partition(TRADES_BY_DAY, venue, date), file, TRADES);
    return await IdentitySet.of(breathing(stored?.batches() ?? [], pace));
  }
}

async function* breathing<T>(items: AsyncIterable<T> | Iterable<T>, pace: Pace): AsyncGenerator<T> {
  for await (const item of items) {
    yield item;
    await pace.breathe();
  }
}

/** The trades in an unpacked file. Throws `NotCompared` when it has none or is cut off. */
async function* decoded(body: AsyncIterable<Uint8Array>, pace: Pace): AsyncGenerator<Batch> {
  const full: Batch[] = [];
  const scanner = newScanner(new BatchBuilder(TRADES, BATCH_ROWS));
  const decoder = new FileDecoder(scanner, (batch) => full.push(batch));
  try {
    for await (const piece of body) {
      decoder.push(piece);
      for (let batch = full.shift(); batch; batch = full.shift()) yield batch;
      await pace.breathe();
    }
  } catch (error) {
    throw error instanceof NotGzip ? new NotCompared(error.message) : error;
  }
  if (decoder.finish().unrecognizedKeys !== null) throw new NotCompared("no line of it names an instrument");
  for (let batch = full.shift(); batch; batch = full.shift()) yield batch;
  yield scanner.builder.take();
}

/** The unpacked content of a daily file. Throws `NotCompared` when it is not available. */
async function bodyOf(
  file: SourceFile,
  digest: string | undefined,
  { exchange, spool, signal }: DailyComparison,
): Promise<AsyncIterable<Uint8Array>> {
  const spooled = spool.files(file.date).find((spooled) => spooled.file.name === file.name);
  if (spooled !== undefined && rawDigest(spooled.path) === digest) return unpack(spooled);
  const download = await exchange.download(file, held, signal);
  if (download.kind === "received") return gunzipBytes(download.value, unpackedLimit(file));
  throw new NotCompared(download.kind === "gone" ? absence(download.reason) : download.reason);
}

/** A body in memory, as a gzip stream. Throws `NotCompared` when it is not one, and what the body throws. */
async function held(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  try {
    return await Array.fromAsync(packed(body));
  } catch (error) {
    throw error instanceof NotNdjson
      ? new NotCompared(`no gzip stream, nor NDJSON: ${error.message}`)
      : error;
  }
}
