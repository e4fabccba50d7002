import { basename } from "node:path";
import { fileNamed } from "../../feed/file_names.ts";
import { readAccepted, rejectedEntry, writeAccepted } from "../../store/state/accepted_record.ts";
import { judgementOf } from "../../store/ledger.ts";
import { splitVersion } from "../../store/aside_names.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { publishDaily } from "../publish/publish_daily.ts";
import type { Finding } from "../findings.ts";
import { Inventory, spooledKey } from "../inventory.ts";
import type { Publisher } from "../publish/publish.ts";
import { rejectedOfDate } from "../rejected.ts";

/** What happened to a name that was to be accepted. */
export type Acceptance =
  /** It was not understood, or is not a file, and is no longer reported. */
  | { readonly kind: "silenced" }
  /** It is a daily file; nothing of it is withheld any more. `findings` is empty if nothing was withheld before. */
  | { readonly kind: "taken"; readonly findings: readonly Finding[] }
  /** There is no such raw file that waits in the spool or is withheld, and no rejected one. */
  | { readonly kind: "unknown" };

/**
 * Accepts a raw file as it is. A file that was not understood, or bytes that were rejected under a name, are no longer
 * reported; a daily file that contradicts the minute files is taken nevertheless. Accepting a name again changes
 * nothing. The caller holds the venue's write lock. Throws `DamagedPartition`, `CannotWrite`, other errors of the disk,
 * and the signal's reason.
 */
export async function acceptFile(publisher: Publisher, name: string): Promise<Acceptance> {
  const { spool } = publisher;
  const file = fileNamed(splitVersion(name)[0]);
  if (file?.venue !== spool.venue) return { kind: "unknown" };
  const { spooled, ledger, damage } = await new Inventory(spool.layout, spool.venue).of(file.date);
  const raw = spooled.find(({ path }) => basename(path) === name);
  if (raw !== undefined && damage !== null) throw damage; // without the ledger it is unknown whether it waits
  const entry = raw && ledger.get(spooledKey(raw));
  const isWaiting = raw !== undefined && entry === undefined;
  const isRejected = (await rejectedOfDate(spool, file.date)).all.has(name);
  if (isWaiting || isRejected) {
    return await silence(spool, [...isWaiting ? [name] : [], ...isRejected ? [rejectedEntry(name)] : []]);
  }
  if (raw === undefined || file.kind !== "daily") return { kind: "unknown" };
  const isTaken = judgementOf(entry) === "taken";
  return { kind: "taken", findings: isTaken ? [] : await publishDaily(publisher, raw, [], "taken") };
}

/** Enters names, or those of rejected bytes, among what is no longer reported. Throws `CannotWrite`. */
export async function silence({ layout, venue }: Spool, entries: readonly string[]): Promise<Acceptance> {
  const path = layout.acceptedRecord(venue);
  await writeAccepted(path, new Set([...readAccepted(path), ...entries]));
  return { kind: "silenced" };
}
