import type { LedgerEntry } from "../../store/ledger.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { type DayShare, Shares } from "./shares.ts";
import type { Finding } from "../findings.ts";
import type { Ingested } from "./ingest.ts";
import { ingestShares } from "./ingest_shares.ts";
import { spooledKey } from "../inventory.ts";
import { publishDay, type Publisher } from "./publish.ts";

/**
 * Publishes a file with an odd name: its rows go to the UTC dates of their publication times, as for a daily file, but
 * it replaces no other file and is compared with none. The partition of the date in its name comes last: the file
 * counts as seen only once that has its entry. Throws `DamagedPartition`, the disk's errors, and the signal's reason.
 */
export async function publishOdd(publisher: Publisher, spooled: SpooledFile): Promise<Finding[]> {
  const { date } = spooled.file;
  using shares = new Shares(publisher.spool.layout, publisher.spool.venue, date);
  const { decoded, findings } = await ingestShares(publisher, spooled, shares);
  if (decoded === null) return findings;
  for (const share of shares.ownLast()) {
    const entries = new Map([[spooledKey(spooled), entryOf(decoded, share)]]);
    const sources = [...share.unfetched.sources(), ...share.fetched.sources()];
    findings.push(await publishDay(publisher, share.date, sources, entries));
  }
  return findings;
}

/** Bad lines belong to no date, so they are entered once, with the file's own date. */
function entryOf(
  { spooled, decoded, digest }: Ingested & { kind: "decoded" },
  { date, rows }: DayShare,
): LedgerEntry {
  return { rows, rejected: date === spooled.file.date ? decoded.rejected : 0, digest };
}
