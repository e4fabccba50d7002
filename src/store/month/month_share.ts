import type { Batch } from "../../feed/records/batch.ts";
import { take } from "../../feed/records/gather.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import { DamagedMonth } from "../damage.ts";
import type { SortedSource } from "../merge.ts";
import { openStoredMonth } from "./stored_month.ts";
import { openIfThere } from "../data_file.ts";

/**
 * The rows of the month file at `path` that `choose` picks, by their places in a batch, in their order. None when
 * there is no such file, or it is damaged: its bytes are checked against their digest before the first is given.
 */
export async function* shareOfMonth(
  path: string,
  type: RecordType,
  choose: (batch: Batch) => Uint32Array | Promise<Uint32Array>,
): SortedSource {
  using file = openIfThere(path);
  const month = file === null ? null : await openIntact(path, file, type);
  if (month === null) return;
  for await (const batch of month.batches()) {
    const rows = await choose(batch);
    if (rows.length > 0) yield take(batch, rows);
  }
}

async function openIntact(path: string, file: Deno.FsFile, type: RecordType) {
  try {
    return await openStoredMonth(path, file, type);
  } catch (error) {
    if (error instanceof DamagedMonth) return null;
    throw error;
  }
}
