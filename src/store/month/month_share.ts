import { gather } from "../../feed/records/gather.ts";
import type { Trades } from "../../feed/records/trades.ts";
import { DamagedMonth } from "./damaged_month.ts";
import type { SortedSource } from "../merge.ts";
import { openStoredMonth } from "./stored_month.ts";
import { openIfThere } from "../trades_file.ts";

/**
 * The trades of the month file at `path` that `choose` picks, by their places in a batch, in their order. None when
 * there is no such file, or it is damaged: its bytes are checked against their digest before the first is given.
 */
export async function* shareOfMonth(
  path: string,
  choose: (batch: Trades) => Uint32Array | Promise<Uint32Array>,
): SortedSource {
  using file = openIfThere(path);
  const month = file === null ? null : await openIntact(path, file);
  if (month === null) return;
  for await (const batch of month.trades()) {
    const row = await choose(batch);
    if (row.length > 0) yield gather({ batches: [batch], batch: new Uint32Array(row.length), row });
  }
}

async function openIntact(path: string, file: Deno.FsFile) {
  try {
    return await openStoredMonth(path, file);
  } catch (error) {
    if (error instanceof DamagedMonth) return null;
    throw error;
  }
}
