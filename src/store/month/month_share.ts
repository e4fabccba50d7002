import type { Batch } from "../../feed/records/batch.ts";
import { take } from "../../feed/records/gather.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import { catchDamage, DamagedMonth } from "../damage.ts";
import type { SortedSource } from "../merge_sorted.ts";
import { openStoredMonth } from "./stored_month.ts";
import { openIfThere } from "../data_file.ts";

/**
 * The rows of the month file at `path` that `choose` picks by their places in a batch, in their order. Empty when there
 * is no such file or it is damaged: its bytes are checked against their digest before the first row is returned.
 */
export async function* shareOfMonth(
  path: string,
  type: RecordType,
  choose: (batch: Batch) => Uint32Array | Promise<Uint32Array>,
): SortedSource {
  using file = openIfThere(path);
  if (file === null) return;
  const month = await catchDamage(DamagedMonth, () => openStoredMonth(path, file, type), () => null);
  if (month === null) return;
  for await (const batch of month.batches()) {
    const rows = await choose(batch);
    if (rows.length > 0) yield take(batch, rows);
  }
}
