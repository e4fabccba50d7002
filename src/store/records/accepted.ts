import { readRecord, writeRecord } from "./record.ts";

/**
 * The names of raw files that were not understood and shall not be told any more. They do not count as stored. Losing
 * this record only brings the reports back.
 */
export type AcceptedRecord = ReadonlySet<string>;

/** How the record has it that the bytes are accepted that were rejected under a name: a file of that name still counts. */
export function rejectedEntry(name: string): string {
  return `rejected/${name}`;
}

/** The record at `path`; an empty one when there is none, or it is damaged. */
export function readAccepted(path: string): AcceptedRecord {
  const { names } = readRecord(path) ?? {};
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === "string") : []);
}

/** Replaces the record at `path`. Throws `CannotWrite`. */
export async function writeAccepted(path: string, record: AcceptedRecord): Promise<void> {
  await writeRecord(path, { names: [...record].sort() });
}
