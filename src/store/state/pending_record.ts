import { readRecord, writeRecord } from "./state_record.ts";

/** A name that was listed and is not stored. */
export interface PendingFile {
  /** In how many cycles the exchange listed the name but did not have the file. */
  readonly absentCycles: number;
  /** Why it is not stored, in words. */
  readonly reason: string;
}

/** The names of a venue that were listed but are not stored. If this record is lost, only diagnostics are lost. */
export type PendingRecord = ReadonlyMap<string, PendingFile>;

/** The record at `path`, without invalid entries; empty when there is none or it is damaged. */
export function readPending(path: string): PendingRecord {
  const entries: [string, unknown][] = Object.entries(readRecord(path)?.files ?? {});
  return new Map(entries.filter((entry) => isPending(entry)));
}

/** Replaces the record at `path`. Throws `CannotWrite`. */
export async function writePending(path: string, record: PendingRecord): Promise<void> {
  await writeRecord(path, { files: Object.fromEntries([...record].sort()) });
}

function isPending(entry: [string, unknown]): entry is [string, PendingFile] {
  const { absentCycles, reason } = (entry[1] ?? {}) as Record<string, unknown>;
  return typeof absentCycles === "number" && absentCycles >= 0 && typeof reason === "string";
}
