import { readRecord, textsIn, writeRecord } from "./state_record.ts";

/**
 * The names of raw files that were not understood and should no longer be reported. They do not count as stored. Losing
 * this record only brings the reports back.
 */
export type AcceptedRecord = ReadonlySet<string>;

/** The entry for a name whose rejected bytes were accepted; a real file with that name still counts. */
export function rejectedEntry(name: string): string {
  return `rejected/${name}`;
}

/** The record at `path`; empty when there is none or it is damaged. */
export function readAccepted(path: string): AcceptedRecord {
  return new Set(textsIn(readRecord(path)?.names));
}

/** Replaces the record at `path`. Throws `CannotWrite`. */
export async function writeAccepted(path: string, record: AcceptedRecord): Promise<void> {
  await writeRecord(path, { names: [...record].sort() });
}
