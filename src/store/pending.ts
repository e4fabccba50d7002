import { writeAtomically } from "./atomic.ts";

/** A name that was listed and is not stored. */
export interface PendingFile {
  /** In how many cycles the exchange listed the name and answered 404 for it. */
  readonly absentCycles: number;
  /** Why it is not stored, in words. */
  readonly reason: string;
}

/** The names of a venue that were listed and are not stored. Losing this record loses diagnostics only. */
export type PendingRecord = ReadonlyMap<string, PendingFile>;

/** The record at `path`; an empty one when there is none or it is not ours to read. */
export function readPending(path: string): PendingRecord {
  try {
    const names = Object.entries(JSON.parse(Deno.readTextFileSync(path)) as Record<string, PendingFile>);
    return new Map(
      names.filter(([, { absentCycles, reason }]) => absentCycles >= 0 && typeof reason === "string"),
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError || error instanceof TypeError) {
      return new Map();
    }
    throw error;
  }
}

/** Replaces the record at `path`. */
export async function writePending(path: string, record: PendingRecord): Promise<void> {
  const text = JSON.stringify(Object.fromEntries([...record].sort()), null, 1);
  await writeAtomically(path, (append) => append(new TextEncoder().encode(text)));
}
