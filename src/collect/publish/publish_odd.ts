import { ExpectedFields } from "../../feed/decode/expected_fields.ts";
import type { LedgerEntry } from "../../store/ledger.ts";
import type { SpooledFile } from "../../store/spool/spool.ts";
import { type DayShare, Shares } from "./shares.ts";
import { type Finding, findingsOf, usualKeysOf } from "../findings.ts";
import type { Ingested } from "./ingest.ts";
import { spooledKey } from "../inventory.ts";
import { ingestJudged, publishDay, type Publisher } from "./publish.ts";

/**
 * Publishes a file of an odd name: its rows go to the UTC dates of their publication times, as those of a daily file
 * do, but it stands for no other file and is compared with none. The partition of the date in its name comes last:
 * only when that carries its entry is the file seen. Throws `DamagedPartition`, what the disk throws, and the signal's
 * reason.
 */
export async function publishOdd(publisher: Publisher, spooled: SpooledFile): Promise<Finding[]> {
  const { date } = spooled.file;
  using shares = new Shares(publisher.spool.layout, publisher.spool.venue, date);
  await shares.of(date);
  const expected = new ExpectedFields();
  const [ingested] = await ingestJudged(publisher, [spooled], async (batch) => {
    expected.watch(batch);
    await shares.add(batch);
  });
  const findings = findingsOf(date, [ingested]);
  if (ingested.kind !== "decoded") return findings;
  findings.push(...usualKeysOf(date, expected));
  for (const share of shares.all().toSorted((a, b) => Number(a.date === date) - Number(b.date === date))) {
    const entries = new Map([[spooledKey(spooled), entryOf(ingested, share)]]);
    const sources = [...share.unfetched.sources(), ...share.fetched.sources()];
    findings.push(await publishDay(publisher, share.date, sources, entries));
  }
  return findings;
}

/** Bad lines belong to no date: they are entered once, with the file's own. */
function entryOf(
  { spooled, decoded, digest }: Ingested & { kind: "decoded" },
  { date, rows }: DayShare,
): LedgerEntry {
  return { rows, rejected: date === spooled.file.date ? decoded.rejected : 0, digest };
}
