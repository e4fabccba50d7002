import type { Trades } from "../feed/trades.ts";
import { rowsEntered } from "./ledger.ts";
import { compareTrades } from "./order.ts";
import { openStored, type Partition, readDamageable } from "./stored_partition.ts";
import { openIfThere } from "./trades_file.ts";

/**
 * Reads every row of the partition at `path`, a piece at a time: its bytes against their digests, the order of
 * its rows, that none is there twice, and that its footer and ledger count as many; null when there is none.
 * `onPiece` gets each of them and is awaited. Throws `DamagedPartition`, and what `onPiece` throws.
 */
export async function examinePartition(
  path: string,
  onPiece: (trades: Trades) => void | Promise<void>,
): Promise<Partition | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const { trades, ...partition } = await openStored(path, file);
  const order = new OrderCheck();
  for await (const piece of trades()) {
    await readDamageable(path, () => order.check(piece));
    await onPiece(piece);
  }
  await readDamageable(path, () => compareCounts(order.rows, partition));
  return partition;
}

/** Throws when rows do not follow each other as they should. */
class OrderCheck {
  rows = 0;
  #last: { readonly trades: Trades; readonly row: number } | null = null;

  check(trades: Trades): void {
    for (let row = 0; row < trades.rows; row++) {
      const order = this.#last === null ? -1 : compareTrades(this.#last.trades, this.#last.row, trades, row);
      if (order === 0) throw new Error(`row ${this.rows} is the same trade as the one before it`);
      if (order > 0) throw new Error(`row ${this.rows} is not in order`);
      this.#last = { trades, row };
      this.rows++;
    }
  }
}

function compareCounts(found: number, { rows, ledger }: Partition): void {
  if (found !== rows) throw new Error(`it holds ${found} rows, but its footer counts ${rows}`);
  const entered = rowsEntered(ledger);
  if (rows > entered) throw new Error(`it holds ${rows} rows, but its ledger accounts for ${entered} only`);
}
