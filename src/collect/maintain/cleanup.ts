import { basename } from "node:path";
import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import type { Layout } from "../../store/layout.ts";
import { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { Inventory } from "../inventory.ts";
import type { Pace } from "../pace.ts";
import { removeSuperseded } from "../rejected.ts";
import { DayProofs, type Lacking, type Proofs } from "./proofs.ts";

/**
 * Why a raw file stays. Except for the first two, each reason is worth a warning: the file's rows are not proved to be
 * stored.
 */
export type KeptBecause = "young" | "accepted" | Lacking;

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
  /** If true, nothing is changed; default false. */
  readonly dryRun?: boolean;
  /** Which files, and what proves that their rows are stored; by default the venue's trades. */
  readonly of?: CleanedFiles;
}

/** The raw files of a spool, and what is known of them. */
export interface CleanedFiles {
  readonly spool: Spool;
  readonly inventory: Inventory;
  readonly proofs: Proofs;
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
  { layout, pace, now, keepDays, dryRun = false, of }: Cleaning,
): Promise<Cleanup> {
  const { spool, inventory, proofs } = of ?? tradesOf(layout, venue);
  const accepted = readAccepted(layout.acceptedRecord(venue));
  const because = async (spooled: SpooledFile): Promise<KeptBecause | null> => {
    const lacking = await proofs.lackingFor(spooled);
    return lacking === "not in the ledger" && accepted.has(basename(spooled.path)) ? "accepted" : lacking;
  };
  const tally = new Tally();
  for (const date of spool.dates()) {
    const isOld = ageInDays(date, now) >= keepDays;
    const before = tally.deleted;
    for (const spooled of spool.files(date)) {
      const keptBecause = isOld ? await because(spooled) : "young";
      if (keptBecause !== null) {
        tally.keep(spooled, keptBecause);
      } else {
        tally.delete(spooled);
        if (!dryRun) spool.remove(spooled);
      }
      await pace.breathe();
    }
    if (!isOld || dryRun) continue;
    // Whoever notes that this is done, as a daemon does once a day, must not be wrong after a power loss.
    if (tally.deleted > before) spool.syncDay(date);
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
    proofs: new DayProofs(layout, venue),
  };
}

/** How many days before the date of `now` a date is, both UTC; negative for a future date. */
export function ageInDays(date: string, now: number): number {
  return Math.floor(now / MILLIS_PER_DAY) - Date.parse(`${date}T00:00:00Z`) / MILLIS_PER_DAY;
}

class Tally {
  /** How many files were deleted, or would be. */
  deleted = 0;
  #bytes = 0;
  readonly #kept = new Map<KeptBecause, RemainingFiles>();

  delete({ path }: SpooledFile): void {
    this.deleted++;
    this.#bytes += Deno.statSync(path).size;
  }

  keep({ path }: SpooledFile, because: KeptBecause): void {
    const { files, first } = this.#kept.get(because) ?? { files: 0, first: basename(path) };
    this.#kept.set(because, { because, files: files + 1, first });
  }

  result(): Pick<Cleanup, "files" | "bytes" | "kept"> {
    return { files: this.deleted, bytes: this.#bytes, kept: [...this.#kept.values()] };
  }
}
