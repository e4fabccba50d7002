import { basename } from "node:path";
import { fileNamed } from "../../feed/file_names.ts";
import { readAccepted, rejectedEntry, writeAccepted } from "../../store/records/accepted.ts";
import { judgementOf } from "../../store/ledger.ts";
import { splitVersion } from "../../store/layout.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { publishDaily } from "../publish/publish_daily.ts";
import type { Finding } from "../findings.ts";
import { inventoryOf, spooledKey } from "../inventory.ts";
import type { Publisher } from "../publish/publish.ts";
import { rejectedOfDate } from "../rejected.ts";

/** What became of a name that was to be accepted. */
export type Acceptance =
  /** It was not understood, or is no file, and is told no more. */
  | { readonly kind: "silenced" }
  /** It is a daily file of which nothing is withheld any more; `findings` is empty where nothing was. */
  | { readonly kind: "taken"; readonly findings: readonly Finding[] }
  /** No such raw file waits in the spool, or is withheld, and none is rejected. */
  | { readonly kind: "unknown" };

/**
 * Accepts a raw file for what it is: one that was not understood, or bytes that were rejected under a name, are told no
 * more; a daily file that contradicts the minute files is taken all the same. To do so again changes nothing. The caller
 * holds the venue's write lock. Throws `DamagedPartition`, `CannotWrite`, what else the disk throws, and the signal's
 * reason.
 */
export async function acceptFile(publisher: Publisher, name: string): Promise<Acceptance> {
  const { spool } = publisher;
  const file = fileNamed(splitVersion(name)[0]);
  if (file?.venue !== spool.venue) return { kind: "unknown" };
  const { spooled, ledger, damage } = await inventoryOf(spool.layout, spool.venue, file.date);
  const raw = spooled.find(({ path }) => basename(path) === name);
  if (raw !== undefined && damage !== null) throw damage; // whether it waits cannot be told
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

async function silence({ layout, venue }: Spool, entries: readonly string[]): Promise<Acceptance> {
  const path = layout.acceptedRecord(venue);
  await writeAccepted(path, new Set([...readAccepted(path), ...entries]));
  return { kind: "silenced" };
}
