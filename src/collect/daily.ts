import { join } from "node:path";
import { columnIndex } from "../feed/fields.ts";
import { clockOf, type SourceFile } from "../feed/source_file.ts";
import { gather, NULL_TIME, type TimeColumn, type Trades } from "../feed/trades.ts";
import { isInTradingHours } from "../feed/trading_day.ts";
import { CREDITED, type Ledger, type LedgerEntry, ledgerKey } from "../store/ledger.ts";
import { countUnmatched, publishPartition, readPartition } from "../store/partition.ts";
import { Runs } from "../store/runs.ts";
import type { SpooledFile } from "../store/spool.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { ingest } from "./ingest.ts";
import { spooledKey } from "./inventory.ts";
import type { Publisher } from "./publish.ts";

/** Beyond this share of unmatched rows, the daily file and the minute files do not mean the same thing. */
const UNMATCHED_LIMIT = 0.01;
const MINUTES_PER_DAY = 1440;
const NANOS_PER_MINUTE = 60_000_000_000n;

const TRADING_TIME = columnIndex("trading_date_time");
const PUBLICATION_TIME = columnIndex("distribution_time");

/** The rows of a daily file that belong to one UTC date. */
interface DayShare {
  readonly date: string;
  readonly ledger: Ledger;
  /** Rows of minutes that were never fetched: they are always added. */
  readonly unfetched: Runs;
  /** Rows of minutes that were fetched: they should all be stored already. */
  readonly fetched: Runs;
  readonly rowsOfMinute: Map<number, number>;
  fetchedRows: number;
}

/**
 * Publishes a daily file: its rows go to the UTC dates of their publication times. It completes the minutes that
 * were fetched, unless it contradicts them, and stands for the credited ones, which then need not be fetched. The
 * partition of the file's own date comes last: only when that carries its entry is the file seen.
 */
export async function publishDaily(
  publisher: Publisher,
  spooled: SpooledFile,
  credits: readonly SourceFile[],
): Promise<Finding[]> {
  using shares = new Shares(publisher);
  await shares.of(spooled.file.date);
  const [ingested] = await ingest(publisher, [spooled], (batch) => shares.add(batch));
  const findings = findingsOf(spooled.file.date, [ingested]);
  if (ingested.kind === "damaged" || ingested.decoded.strangeKeys !== null) return findings;

  const ownLast = shares.all().toSorted((a, b) =>
    Number(a.date === spooled.file.date) - Number(b.date === spooled.file.date)
  );
  const contradiction = await findContradiction(publisher, spooled.file, ownLast);
  if (contradiction !== null) findings.push(contradiction);
  for (const share of ownLast) {
    const withheld = contradiction === null ? 0 : share.fetchedRows;
    const badLines = share.date === spooled.file.date ? ingested.decoded.rejected : 0;
    const entry = { rows: rowsOf(share), rejected: badLines + withheld, digest: ingested.digest };
    const entries = new Map([[spooledKey(spooled), entry], ...creditEntries(share, credits)]);
    const sources = [...share.unfetched.sources(), ...(withheld === 0 ? share.fetched.sources() : [])];
    findings.push({
      kind: "stored",
      date: share.date,
      ...await publish(publisher, share.date, sources, entries),
    });
  }
  return findings;
}

function publish(
  { spool: { layout, venue }, createdBy, pace }: Publisher,
  date: string,
  sources: ReturnType<Runs["sources"]>,
  entries: Ledger,
) {
  const path = layout.partition(venue, date);
  return publishPartition(path, sources, entries, { createdBy, breathe: () => pace.breathe() });
}

async function findContradiction(
  { spool: { layout, venue } }: Publisher,
  { name }: SourceFile,
  shares: readonly DayShare[],
): Promise<Finding | null> {
  let unmatched = 0;
  let compared = 0;
  for (const { date, fetched, fetchedRows } of shares) {
    if (fetchedRows > 0) unmatched += await countUnmatched(layout.partition(venue, date), fetched.sources());
    compared += fetchedRows;
  }
  return unmatched > UNMATCHED_LIMIT * compared ? { kind: "contradiction", name, unmatched, compared } : null;
}

/**
 * A listed minute counts as stored by the daily file if that has rows of it, or if there is no trading then: of a
 * minute in trading hours without rows, its own file is asked.
 */
function creditEntries(
  { date, ledger, rowsOfMinute }: DayShare,
  credits: readonly SourceFile[],
): [string, LedgerEntry][] {
  return credits.flatMap((file) => {
    const rows = rowsOfMinute.get(file.minute!) ?? 0;
    if (file.date !== date || ledger.has(ledgerKey(file)) || (rows === 0 && isInTradingHours(file))) {
      return [];
    }
    return [[ledgerKey(file), { rows, rejected: 0, digest: CREDITED }]];
  });
}

function rowsOf({ rowsOfMinute }: DayShare): number {
  return rowsOfMinute.values().reduce((sum, rows) => sum + rows, 0);
}

/** A daily file's rows, split by date and by whether their minute was fetched. */
class Shares implements Disposable {
  readonly #publisher: Publisher;
  readonly #shares = new Map<string, DayShare>();

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  all(): DayShare[] {
    return [...this.#shares.values()];
  }

  /** The share of a date, which is made when it is asked for. */
  async of(date: string): Promise<DayShare> {
    const known = this.#shares.get(date);
    if (known !== undefined) return known;
    const { layout, venue } = this.#publisher.spool;
    const ledger = (await readPartition(layout.partition(venue, date)))?.ledger ?? new Map();
    const runs = (kind: string) => new Runs(join(layout.runs(venue), `${date}-${kind}`));
    const share: DayShare = {
      date,
      ledger,
      unfetched: runs("unfetched"),
      fetched: runs("fetched"),
      rowsOfMinute: new Map(),
      fetchedRows: 0,
    };
    this.#shares.set(date, share);
    return share;
  }

  async add(batch: Trades): Promise<void> {
    const minutes = publicationMinutes(batch);
    const rowsOfRuns = new Map<Runs, number[]>();
    // Rows come in order of publication: those of one minute stand together.
    for (let start = 0, end = 0; start < batch.rows; start = end) {
      while (end < batch.rows && minutes[end] === minutes[start]) end++;
      const runs = this.#count(
        await this.of(dateOf(minutes[start])),
        minutes[start] % MINUTES_PER_DAY,
        end - start,
      );
      const rows = rowsOfRuns.get(runs) ?? [];
      for (let row = start; row < end; row++) rows.push(row);
      rowsOfRuns.set(runs, rows);
    }
    for (const [runs, rows] of rowsOfRuns) {
      runs.add(
        gather({ batches: [batch], batch: new Uint32Array(rows.length), row: Uint32Array.from(rows) }),
      );
    }
  }

  /** Counts rows of a minute; returns where they belong. */
  #count(share: DayShare, minute: number, rows: number): Runs {
    share.rowsOfMinute.set(minute, (share.rowsOfMinute.get(minute) ?? 0) + rows);
    if (!wasFetched(share.ledger, minute)) return share.unfetched;
    share.fetchedRows += rows;
    return share.fetched;
  }

  [Symbol.dispose](): void {
    for (const { unfetched, fetched } of this.#shares.values()) {
      unfetched[Symbol.dispose]();
      fetched[Symbol.dispose]();
    }
  }
}

function wasFetched(ledger: Ledger, minute: number): boolean {
  const entry = ledger.get(clockOf(minute));
  return entry !== undefined && entry.digest !== CREDITED;
}

/** Minutes since 1970 UTC of each row's publication, or of its trade where the publication time is missing. */
function publicationMinutes({ rows, columns }: Trades): Float64Array {
  const published = (columns[PUBLICATION_TIME] as TimeColumn).nanos;
  const traded = (columns[TRADING_TIME] as TimeColumn).nanos;
  return Float64Array.from({ length: rows }, (_, row) => {
    const nanos = published[row] === NULL_TIME ? traded[row] : published[row];
    return Number(nanos / NANOS_PER_MINUTE);
  });
}

function dateOf(minutes: number): string {
  return new Date(minutes * 60_000).toISOString().slice(0, 10);
}
