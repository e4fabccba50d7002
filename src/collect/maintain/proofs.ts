import { dateAfter } from "../../feed/calendar/dates.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import type { PublishedType } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { type Dataset, TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import { judgementOf, type Ledger, type LedgerEntry } from "../../store/ledger.ts";
import { countLines, rawDigest, type SpooledFile } from "../../store/spool/spooled_file.ts";
import { checkPartition } from "../../store/stored_partition.ts";
import { spooledKey } from "../inventory.ts";

/** Why it is not proved that a raw file's rows are stored. */
export type Lacking =
  | "not in the ledger"
  | "bad lines"
  | "contradiction"
  | "other bytes"
  | "other rows"
  | "damaged partition";

/** What proves that raw files are stored. */
export interface Proofs {
  /** What is wrong with the partitions that were looked at. */
  readonly damage: readonly string[];
  /** Why it is not proved that a file's rows are stored; null when it is. Throws the disk's errors. */
  lackingFor(spooled: SpooledFile): Promise<Lacking | null>;
}

/** The ledgers of a venue's partitions, each of which is read back once. */
export class CheckedLedgers {
  /** What is wrong with those that are damaged. */
  readonly damage: string[] = [];
  readonly #known = new Map<string, Ledger | null>();

  constructor(
    readonly layout: Layout,
    readonly venue: Venue,
    readonly dataset: Dataset,
    readonly type: PublishedType,
  ) {}

  /** The ledger of a period; empty when nothing is stored, null when the partition is damaged. */
  async of(period: string): Promise<Ledger | null> {
    const known = this.#known.get(period);
    if (known !== undefined) return known;
    const path = this.layout.partition(this.dataset, this.venue, period);
    const read = async () => (await checkPartition(path, this.type))?.ledger ?? new Map();
    const ledger = await catchDamage(DamagedPartition, read, ({ message }) => {
      this.damage.push(message);
      return null;
    });
    this.#known.set(period, ledger);
    return ledger;
  }
}

/** What proves that raw files of trades are stored. */
export class DayProofs implements Proofs {
  readonly #ledgers: CheckedLedgers;

  constructor(layout: Layout, venue: Venue) {
    this.#ledgers = new CheckedLedgers(layout, venue, TRADES_BY_DAY, TRADES);
  }

  get damage(): readonly string[] {
    return this.#ledgers.damage;
  }

  async lackingFor(spooled: SpooledFile): Promise<Lacking | null> {
    const ledgers: (Ledger | null)[] = [];
    for (const date of datesOf(spooled.file)) ledgers.push(await this.#ledgers.of(date));
    const entries = ledgers.flatMap((ledger) => ledger?.get(spooledKey(spooled)) ?? []);
    const because = await lackingIn(entries, spooled);
    return because !== null && ledgers.includes(null) ? "damaged partition" : because;
  }
}

/**
 * The dates whose partitions may have rows of a file. A Frankfurt day begins on the UTC date before its own; one more
 * date is included for rows that were published late. A file with rows of other dates stays.
 */
function datesOf({ date, kind }: SourceFile): string[] {
  return kind === "minute" ? [date] : [dateAfter(date, -1), date, dateAfter(date)];
}

/** The same for a file as it is; its bytes are read last. */
export async function lackingIn(
  entries: readonly LedgerEntry[],
  spooled: SpooledFile,
): Promise<Lacking | null> {
  const because = lackingInEntries(entries);
  if (because !== null) return because;
  const digest = rawDigest(spooled.path);
  const isSame = entries.every((entry) => entry.digest === digest);
  return lackingInFile(entries, { digest, lines: isSame ? await countLines(spooled) : 0 });
}

/**
 * Why a file's ledger entries, from all partitions that may have one, do not prove that it is stored; null when they
 * do, as far as can be seen without its bytes. Files with bad lines are kept for a later version that may read them,
 * and daily files that contradict the minute files are kept until they are accepted.
 */
export function lackingInEntries(entries: readonly LedgerEntry[]): Lacking | null {
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
): Lacking | null {
  if (entries.some((entry) => entry.digest !== digest)) return "other bytes";
  return entries.reduce((sum, { rows }) => sum + rows, 0) === lines ? null : "other rows";
}
