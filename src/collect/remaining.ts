import type { Listing } from "../feed/listing.ts";
import type { MinuteFile, SourceFile } from "../feed/file_names.ts";
import { type PendingRecord, readPending, writePending } from "../store/state/pending_record.ts";
import type { Spool } from "../store/spool/spool.ts";
import type { Outcome } from "./download.ts";
import { type DayInventory, type Inventory, seenNames } from "./inventory.ts";
import { absentOf, overdueFiles } from "./monitor/absent.ts";
import { filesOf, newlyLost, nextPending } from "./pending.ts";
import { rejectedNames } from "./rejected.ts";

/** What a cycle has for a venue, on disk and by the exchange's listing. */
export interface Holdings {
  readonly spool: Spool;
  readonly inventory: Inventory;
  readonly listing: Listing;
  /** Whether a listed file counts as missing when it is not stored. */
  readonly isWanted: (file: SourceFile) => boolean;
}

/** What a cycle has tried; `before` is the record as it was before the first download. */
export interface Tried {
  readonly before: PendingRecord;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** What was listed and is still not stored after a cycle has fetched all it can. */
export interface Remaining {
  readonly pending: PendingRecord;
  /** The names that were given up in this cycle, or are no longer listed and were never stored. */
  readonly lost: readonly string[];
  /** The names for which only bytes arrived that are not a file of the exchange, and that the user has not accepted. */
  readonly rejected: readonly string[];
  /** What should have been listed by now but was not. */
  readonly absent: readonly MinuteFile[];
  /** What is on disk for the dates that were listed, pending or due. */
  readonly days: ReadonlyMap<string, DayInventory>;
}

/**
 * Records what is listed and missing before it is fetched, so that the record exists even if the cycle is killed.
 * Returns it together with what was recorded before. Throws the disk's errors.
 */
export async function recordExpected(holdings: Holdings): Promise<PendingRecord> {
  const { spool, inventory, listing } = holdings;
  const path = spool.layout.pendingRecord(spool.venue);
  const before = readPending(path);
  const missing = missingOf(holdings, await inventory.seen(listing.files));
  const { all } = await rejectedNames(spool, inventory);
  const expected = new Map([...before, ...nextPending(before, missing, new Map(), all)]);
  if (expected.size > before.size) await writePending(path, expected);
  return expected;
}

/**
 * Finds and records what is still missing from a listing that was requested at `asked`, in milliseconds since 1970.
 * Throws the disk's errors.
 */
export async function recordRemaining(
  holdings: Holdings,
  { before, outcomes }: Tried,
  asked: number,
): Promise<Remaining> {
  const { spool, inventory, listing: { files } } = holdings;
  const expected = new Map([...filesOf(before), ...files].map((file) => [file.name, file]));
  const overdue = overdueFiles(spool.venue, files, asked, spool.services);
  const days = await inventory.days([...expected.values(), ...overdue].map(({ date }) => date));
  const seen = seenNames([...expected.values()], days);
  const { all, unaccepted } = await rejectedNames(spool, inventory);
  // An empty listing may be temporary: do not give up what was listed before because of it.
  const pending = files.length === 0 ? before : nextPending(before, missingOf(holdings, seen), outcomes, all);
  if (pending.size > 0 || before.size > 0) {
    await writePending(spool.layout.pendingRecord(spool.venue), pending);
  }
  return {
    pending,
    lost: newlyLost(before, pending, new Set([...seen, ...all, ...files.map(({ name }) => name)])),
    rejected: unaccepted,
    absent: absentOf(overdue, days, new Set([...expected.keys(), ...all])),
    days,
  };
}

function missingOf({ listing, isWanted }: Holdings, seen: ReadonlySet<string>): SourceFile[] {
  return listing.files.filter((file) => !seen.has(file.name) && isWanted(file));
}
