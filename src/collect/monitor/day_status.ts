import type { MinuteFile, SourceFile } from "../../feed/file_names.ts";
import { canBeHad } from "../../feed/quote_services.ts";
import type { PendingRecord } from "../../store/state/pending_record.ts";
import { type DayInventory, seenNames } from "../inventory.ts";
import { lostNames } from "../pending.ts";

/** A date of a venue: what the exchange lists compared with what is stored. */
export interface DayStatus {
  readonly date: string;
  /** Files that the exchange lists now. */
  readonly listed: number;
  /** Files in the ledger. */
  readonly stored: number;
  /** Files in the spool that are not in the ledger. */
  readonly waiting: number;
  /** Listed files that are neither stored nor in the spool and have not been given up. */
  readonly pending: number;
  /** Listed files that were given up because the exchange does not have them. */
  readonly lost: number;
  /** Minute files that the exchange should have listed according to the trading calendar but did not. */
  readonly absent: number;
  /** Rows in the partition. */
  readonly trades: number;
  readonly damaged: boolean;
}

/**
 * Compares the listing with the inventory, with one line per date, oldest first. Minutes credited to a daily file count
 * as stored. `absent` holds minute files of any of these dates; `damaged` holds dates whose partitions were found
 * damaged in a way that an inventory does not see.
 */
export function statusOf(
  listed: readonly SourceFile[],
  days: ReadonlyMap<string, DayInventory>,
  record: PendingRecord,
  absent: readonly MinuteFile[],
  damaged: ReadonlySet<string> = new Set(),
): DayStatus[] {
  const seen = seenNames(listed, days);
  const lost = lostNames(record);
  const inOrder = [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
  return inOrder.map(({ date, ledger, waiting, rows, damage }) => {
    const names = listed.filter((file) => file.date === date && canBeHad(file)).map(({ name }) => name);
    const unseen = names.filter((name) => !seen.has(name));
    const givenUp = unseen.filter((name) => lost.has(name)).length;
    return {
      date,
      listed: names.length,
      stored: ledger.size,
      waiting: waiting.length,
      pending: unseen.length - givenUp,
      lost: givenUp,
      absent: absent.filter((file) => file.date === date).length,
      trades: rows,
      damaged: damage !== null || damaged.has(date),
    };
  });
}
