import { basename } from "node:path";
import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { type AcceptedRecord, readAccepted } from "../../store/state/accepted_record.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import type { Layout } from "../../store/layout.ts";
import { judgementOf, type Ledger, type LedgerEntry } from "../../store/ledger.ts";
import { checkPartition } from "../../store/stored_partition.ts";
import { Spool } from "../../store/spool/spool.ts";
import { countLines, rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { Inventory, spooledKey } from "../inventory.ts";
import type { Pace } from "../pace.ts";
import { removeSuperseded } from "../rejected.ts";

/**
 * Why a raw file stays. Except for the first two, each reason is worth a warning: the file's rows are not proved to be
 * stored.
 */
export type KeptBecause =
  | "young"
  | "accepted"
  | "not in the ledger"
  | "bad lines"
  | "contradiction"
  | "other bytes"
  | "other rows"
  | "damaged partition";

/** Raw files that stay for one reason. */
export interface RemainingFiles {
  readonly because: KeptBecause;
  readonly files: number;
  /** The name of the oldest of them. */
  readonly first: string;
}

/** What a cleanup of a venue's raw spool did, or would do. */
export interface Cleanup {
  readonly venue: Venue;
  /** Files deleted, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly kept: readonly RemainingFiles[];
  /** What is wrong with the partitions that should prove that files are stored. */
  readonly damage: readonly string[];
}

/** Whether no old file had to stay, accepted ones aside. */
export function isClean({ kept, damage }: Cleanup): boolean {
  return damage.length === 0 && !kept.some(isIssue);
}

/** Whether it is worth a warning that these files stay. */
export function isIssue({ because }: RemainingFiles): boolean {
  return because !== "young" && because !== "accepted";
}

/** Which raw files to delete, and how. */
export interface Cleaning {
  readonly layout: Layout;
  readonly pace: Pace;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The raw files of this many dates stay, counting the date of `now`; 0 keeps none because of its age. */
  readonly keepDays: number;
  /** If true, nothing is changed. */
  readonly dryRun: boolean;
  /** Which files, and what proves that their rows are stored; by default the venue's trades. */
  readonly of?: CleanedFiles;
}

/** The raw files of a spool, and what is known of them. */
export interface CleanedFiles {
  readonly spool: Spool;
  readonly inventory: Inventory;
  readonly proofs: Proofs;
}

/** What proves that raw files are stored. */
export interface Proofs {
  /** What is wrong with the partitions that were looked at. */
  readonly damage: readonly string[];
  /** Why it is not proved that a file's rows are stored; null when it is. Throws the disk's errors. */
  lackingFor(spooled: SpooledFile): Promise<KeptBecause | null>;
}

/** Raw files stay a week by default: the exchange deletes its own after a day, and repairs need them. */
export const KEEP_RAW_DAYS = 7;

/**
 * Deletes a venue's old raw files whose rows are proved to be stored: a partition that has been read back names the
 * file, with the digest of its exact bytes and with as many rows as it has lines. Deletes empty folders too. The caller
 * holds the venue's write lock, unless it is a dry run. Throws the disk's errors, and the pace's reason.
 */
export async function cleanUp(
  venue: Venue,
  { layout, pace, now, keepDays, dryRun, of }: Cleaning,
): Promise<Cleanup> {
  const { spool, inventory, proofs } = of ?? tradesOf(layout, venue);
  const tally = new Tally();
  for (const date of spool.dates()) {
    const isOld = ageInDays(date, now) >= keepDays;
    for (const spooled of spool.files(date)) {
      const because = isOld ? await proofs.lackingFor(spooled) : "young";
      if (because !== null) {
        tally.keep(spooled, because);
      } else {
        tally.delete(spooled);
        if (!dryRun) spool.remove(spooled);
      }
      await pace.breathe();
    }
    if (!isOld || dryRun) continue;
    await removeSuperseded(spool, date, inventory);
    // Others, under a lock of their own, may just be about to put a file into the folder of a new date.
    if (of === undefined || ageInDays(date, now) > 1) await spool.prune(date);
  }
  return { venue, ...tally.result(), damage: proofs.damage };
}

function tradesOf(layout: Layout, venue: Venue): CleanedFiles {
  return {
    spool: new Spool(layout, venue),
    inventory: new Inventory(layout, venue),
    proofs: new StoredLedgers(layout, venue),
  };
}

/** How many days before the date of `now` a date is, both UTC; negative for a future date. */
export function ageInDays(date: string, now: number): number {
  return Math.floor(now / MILLIS_PER_DAY) - Date.parse(`${date}T00:00:00Z`) / MILLIS_PER_DAY;
}

/**
 * Why a file's ledger entries, from all partitions that may have one, do not prove that it is stored; null when they
 * do, as far as can be seen without its bytes. Files with bad lines are kept for a later version that may read them,
 * and daily files that contradict the minute files are kept until they are accepted.
 */
export function lackingInEntries(entries: readonly LedgerEntry[]): KeptBecause | null {
  if (entries.length === 0) return "not in the ledger";
  if (entries.some((entry) => judgementOf(entry) === "withheld")) return "contradiction";
  return entries.some(({ rejected }) => rejected > 0) ? "bad lines" : null;
}

/**
 * What the entries lack when compared with the file itself. A daily file is proved when they have all its rows
 * together.
 */
export function lackingInFile(
  entries: readonly LedgerEntry[],
  { digest, lines }: { readonly digest: string; readonly lines: number },
): KeptBecause | null {
  if (entries.some((entry) => entry.digest !== digest)) return "other bytes";
  return entries.reduce((sum, { rows }) => sum + rows, 0) === lines ? null : "other rows";
}

/** The partitions of a venue that have been read back so far. */
class StoredLedgers implements Proofs {
  readonly damage: string[] = [];
  readonly #ledgers = new Map<string, Ledger | null>();

  readonly #accepted: AcceptedRecord;

  constructor(readonly layout: Layout, readonly venue: Venue) {
    this.#accepted = readAccepted(layout.acceptedRecord(venue));
  }

  /** Why it is not proved that a file's rows are stored; null when it is. */
  async lackingFor(spooled: SpooledFile): Promise<KeptBecause | null> {
    const ledgers: (Ledger | null)[] = [];
    for (const date of datesOf(spooled.file)) ledgers.push(await this.#ledgerOf(date));
    const entries = ledgers.flatMap((ledger) => ledger?.get(spooledKey(spooled)) ?? []);
    const because = lackingInEntries(entries) ?? await lackingInBytes(spooled, entries);
    if (because !== null && ledgers.includes(null)) return "damaged partition";
    const isAccepted = because === "not in the ledger" && this.#accepted.has(basename(spooled.path));
    return isAccepted ? "accepted" : because;
  }

  /** Null when the partition is damaged. */
  async #ledgerOf(date: string): Promise<Ledger | null> {
    const known = this.#ledgers.get(date);
    if (known !== undefined) return known;
    const ledger = await this.#readBack(date);
    this.#ledgers.set(date, ledger);
    return ledger;
  }

  async #readBack(date: string): Promise<Ledger | null> {
    const path = this.layout.partition(TRADES_BY_DAY, this.venue, date);
    const read = async () => (await checkPartition(path, TRADES))?.ledger ?? new Map();
    return await catchDamage(DamagedPartition, read, ({ message }) => {
      this.damage.push(message);
      return null;
    });
  }
}

/** This reads the file's bytes, so it comes last. */
async function lackingInBytes(
  spooled: SpooledFile,
  entries: readonly LedgerEntry[],
): Promise<KeptBecause | null> {
  const digest = rawDigest(spooled.path);
  const sameBytes = entries.every((entry) => entry.digest === digest);
  return lackingInFile(entries, { digest, lines: sameBytes ? await countLines(spooled) : 0 });
}

/**
 * The dates whose partitions may have rows of a file. A Frankfurt day begins on the UTC date before its own; one more
 * date is included for rows that were published late. A file with rows of other dates stays.
 */
function datesOf({ date, kind }: SourceFile): string[] {
  if (kind === "minute") return [date];
  const own = Temporal.PlainDate.from(date);
  return [-1, 0, 1].map((days) => own.add({ days }).toString());
}

class Tally {
  #files = 0;
  #bytes = 0;
  readonly #kept = new Map<KeptBecause, RemainingFiles>();

  delete({ path }: SpooledFile): void {
    this.#files++;
    this.#bytes += Deno.statSync(path).size;
  }

  keep({ path }: SpooledFile, because: KeptBecause): void {
    const { files, first } = this.#kept.get(because) ?? { files: 0, first: basename(path) };
    this.#kept.set(because, { because, files: files + 1, first });
  }

  result(): Pick<Cleanup, "files" | "bytes" | "kept"> {
    return { files: this.#files, bytes: this.#bytes, kept: [...this.#kept.values()] };
  }
}
