import { basename } from "node:path";
import { TRADES } from "../../feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import { moveDurably } from "../../system/atomic.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { CREDITED, judgementOf, type Ledger } from "../../store/ledger.ts";
import { readPending } from "../../store/state/pending_record.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { openStored, type Partition } from "../../store/stored_partition.ts";
import { openIfThere } from "../../store/data_file.ts";
import { publishUnjudged } from "../publish/contradictions.ts";
import type { Finding } from "../findings.ts";
import { Inventory, spooledKey } from "../inventory.ts";
import { creditsOf } from "../download_plan.ts";
import type { Ingestion } from "../publish/ingest.ts";
import { larger, type Publisher } from "../publish/publish.ts";
import { publishFiles } from "../publish/publish_files.ts";
import { RebuiltDay, sourcesNamed } from "./rebuild.ts";
import type { RebuiltPartition } from "./rebuilt_partition.ts";
import { filesOf } from "../pending.ts";
import { readmitRejected } from "../rejected.ts";

/** What has changed by decoding raw files again. */
export interface Reprocessed {
  readonly files: number;
  readonly findings: readonly Finding[];
}

/**
 * Decodes raw files of a date again and publishes what is now understood: files that are in no ledger (also among the
 * rejected bytes, but not accepted ones), files with rejected lines, and withheld daily files. `force` takes all raw
 * files of the date. The partition only grows: it is rebuilt if the spool has all its sources; otherwise the stored
 * rows stay, and new ones are added. The caller holds the venue's write lock. A damaged partition is a finding. Throws
 * the disk's errors and the signal's reason.
 */
export async function reprocessDay(
  publisher: Publisher,
  date: string,
  force: boolean,
): Promise<Reprocessed> {
  await publisher.spool.tidy(date);
  const work = async () => {
    const judged = await publishUnjudged(publisher, date);
    const before = await rebuildStored(publisher, date, force);
    await readmitRejected(publisher, date, force);
    const after = await decodeDoubtful(publisher, date, { force, rebuilt: force || before.files > 0 });
    // Files that contradict the minutes are judged again at the end, once the minutes are decoded again.
    const findings = judged.findings.filter(({ kind }) => kind !== "contradiction");
    return {
      files: judged.files + before.files + after.files,
      findings: [...findings, ...before.findings, ...after.findings],
    };
  };
  return await unlessDamaged(date, work);
}

export const NOTHING: Reprocessed = { files: 0, findings: [] };

/** What `work` does with a date or an hour; if its partition is damaged, that is the finding. */
export async function unlessDamaged(date: string, work: () => Promise<Reprocessed>): Promise<Reprocessed> {
  return await catchDamage(DamagedPartition, work, ({ message }) => ({
    files: 0,
    findings: [{ kind: "damaged partition" as const, date, message }],
  }));
}

/**
 * Publishes the files that are in no ledger (with `force` also accepted ones) and, unless they have been `rebuilt`,
 * files with rejected lines.
 */
async function decodeDoubtful(
  publisher: Publisher,
  date: string,
  { force, rebuilt }: { readonly force: boolean; readonly rebuilt: boolean },
): Promise<Reprocessed> {
  const { spool: { layout, venue } } = publisher;
  const { spooled, ledger, damage } = await new Inventory(layout, venue).of(date);
  if (damage !== null) throw damage;
  const accepted = force ? new Set<string>() : readAccepted(layout.acceptedRecord(venue));
  const files = doubtfulAmong(spooled, ledger, accepted, rebuilt);
  const findings = await publishFiles(publisher, date, files, {
    ledger,
    // A file that was once taken is not judged again.
    judgedOf: (daily) => judgementOf(ledger.get(spooledKey(daily))) === "taken" ? "taken" : null,
    creditsFor: (daily) => creditsFor(publisher.spool, daily),
  });
  return { files: files.length, findings };
}

/**
 * The raw files that may contain more than is stored: files in no ledger except the `accepted` names, credited minutes,
 * withheld files, and, unless they have just been `rebuilt`, files with rejected lines.
 */
export function doubtfulAmong(
  spooled: readonly SpooledFile[],
  ledger: Ledger,
  accepted: ReadonlySet<string>,
  rebuilt: boolean,
): SpooledFile[] {
  return spooled.filter((file) => {
    const entry = ledger.get(spooledKey(file));
    if (entry === undefined) return !accepted.has(basename(file.path));
    return entry.digest === CREDITED || entry.judged === "withheld" || (entry.rejected > 0 && !rebuilt);
  });
}

/** The minutes that were listed and missing at the last fetch. */
function creditsFor({ layout, venue }: Spool, { file }: SpooledFile) {
  const listed = filesOf(readPending(layout.pendingRecord(venue)));
  return creditsOf(file, { listed, seen: new Set() });
}

/**
 * Rebuilds the partition from the raw files that its ledger names, if they are all there: rows as they are decoded
 * today replace what was stored. Side by side, old and new rows could pass for two different trades.
 */
async function rebuildStored(publisher: Publisher, date: string, force: boolean): Promise<Reprocessed> {
  const { spool: { layout, venue } } = publisher;
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  using file = openIfThere(path);
  const stored = file && await openStored(path, file, TRADES);
  if (stored === null || !(force || hasRejected(stored.ledger))) return NOTHING;
  const { files, complete } = sourcesNamed(layout, venue, date, stored.ledger);
  const kept = (reason: string) => force ? notRebuilt(date, reason) : NOTHING;
  if (!complete) return kept(SOURCES_GONE);
  using rebuilt = new RebuiltDay(publisher, date);
  return await replaceStored(rebuilt, files, path, stored) ??
    kept("it has more trades than its raw files give now");
}

/** Why a partition is not rebuilt. */
export const SOURCES_GONE = "some of the raw files it was made from are no longer in the spool";

/** A date or an hour that stays as it is. */
export function notRebuilt(date: string, reason: string): Reprocessed {
  return { files: 0, findings: [{ kind: "not rebuilt", date, reason }] };
}

/** Puts a partition rebuilt from all its raw files in the place of the `stored` one at `path`; null if it has fewer rows. */
export async function replaceStored(
  rebuilt: RebuiltPartition<Ingestion>,
  files: readonly SpooledFile[],
  path: string,
  stored: Pick<Partition, "rows" | "ledger">,
): Promise<Reprocessed | null> {
  const findings = await rebuilt.decode(files, stored.ledger);
  const made = await rebuilt.read();
  if ((made?.rows ?? 0) < stored.rows) return null;
  await rebuilt.add([], largest(stored.ledger, made?.ledger ?? new Map()));
  const { rows } = (await rebuilt.read())!;
  moveDurably(rebuilt.path, path);
  const change = { rows, added: rows - stored.rows, duplicates: 0, conflicts: 0 };
  return {
    files: files.length,
    findings: [...findings, { kind: "stored", date: rebuilt.period, ...change }],
  };
}

function hasRejected(ledger: Ledger): boolean {
  return ledger.values().some(({ rejected }) => rejected > 0);
}

/** All entries of both; if both have a file, the newer entry, unless it has fewer rows. */
export function largest(before: Ledger, after: Ledger): Ledger {
  const entries = Array.from(after, ([key, entry]) => [key, larger(entry, before.get(key))] as const);
  return new Map([...before, ...entries]);
}
