import { readRecord, writeRecord } from "./record.ts";

/** A name that was listed and is not stored. */
export interface PendingFile {
  /** In how many cycles the exchange listed the name and had no such file. */
  readonly absentCycles: number;
  /** Why it is not stored, in words. */
  readonly reason: string;
}

/** The names of a venue that were listed and are not stored. Losing this record loses diagnostics only. */
export type PendingRecord = ReadonlyMap<string, PendingFile>;

/** The record at `path`; an empty one when there is none, or it is damaged; without the entries that are none. */
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
