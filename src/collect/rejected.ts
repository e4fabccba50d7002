import { fileNamed } from "../feed/file_names.ts";
import { log } from "../log/log.ts";
import { readAccepted, rejectedEntry } from "../store/state/accepted_record.ts";
import { ledgerKey, standsForFile } from "../store/ledger.ts";
import type { Spool } from "../store/spool/spool.ts";
import type { Ingestion } from "./publish/ingest.ts";
import { Inventory } from "./inventory.ts";

/**
 * The names of a venue that are not stored although bytes arrived: the bytes are not a file of the exchange, and are
 * kept.
 */
export interface RejectedNames {
  readonly all: ReadonlySet<string>;
  /** Those that the user has not accepted, the oldest date first. */
  readonly unaccepted: readonly string[];
}

/**
 * The rejected names of all dates that have raw files. Reads one folder per date, and more only for dates with rejected
 * bytes.
 */
export async function rejectedNames(
  spool: Spool,
  inventory = new Inventory(spool.layout, spool.venue),
): Promise<RejectedNames> {
  const dates = spool.dates();
  const byDate = await Promise.all(dates.map((date) => rejectedOfDate(spool, date, inventory)));
  return {
    all: new Set(byDate.flatMap(({ all }) => [...all])),
    unaccepted: byDate.flatMap(({ unaccepted }) => unaccepted),
  };
}

/** The same for one date. */
export async function rejectedOfDate(
  spool: Spool,
  date: string,
  inventory = new Inventory(spool.layout, spool.venue),
): Promise<RejectedNames> {
  const { layout, venue } = spool;
  const rejected = spool.rejected(date);
  if (rejected.length === 0) return { all: new Set(), unaccepted: [] };
  const { ledger } = await inventory.of(date);
  const accepted = readAccepted(layout.acceptedRecord(venue));
  const all = rejected.filter((name) => !standsForFile(ledger.get(ledgerKey(fileNamed(name)!))));
  return { all: new Set(all), unaccepted: all.filter((name) => !accepted.has(rejectedEntry(name))) };
}

/**
 * Takes from the rejected bytes of a date into the spool what this version recognizes as a file after all. Accepted
 * ones are looked at only with `force`. Throws the disk's errors and the signal's reason.
 */
export async function readmitRejected(
  { spool, pace }: Ingestion,
  date: string,
  force: boolean,
  inventory?: Inventory,
): Promise<void> {
  const { all, unaccepted } = await rejectedOfDate(spool, date, inventory);
  for (const name of force ? all : unaccepted) {
    const kept = await spool.readmit(fileNamed(name)!, pace.breathe);
    if (kept?.kind !== "kept") continue;
    log.info(`${name} is whole ${kept.packed ? "NDJSON, and is packed" : "gzip"}: it is no longer rejected`);
  }
}

/**
 * Deletes the rejected bytes of names that have been stored since, for example by a daily file. Throws `CannotWrite`.
 */
export async function removeSuperseded(spool: Spool, date: string, inventory: Inventory): Promise<void> {
  const { all } = await rejectedOfDate(spool, date, inventory);
  for (const name of spool.rejected(date)) if (!all.has(name)) spool.removeRejected(fileNamed(name)!);
}
