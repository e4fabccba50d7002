import type { DayInventory } from "../../../src/collect/inventory.ts";
import type { SourceFile } from "../../../src/feed/file_names.ts";
import { type LedgerEntry, ledgerKey } from "../../../src/store/ledger.ts";
import type { SpooledFile } from "../../../src/store/spool/spooled_file.ts";

export const DATE = "2026-09-01";
export const ENTRY: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };

/** These files as the spool has them. */
export function spooled(...files: readonly SourceFile[]): SpooledFile[] {
  return files.map((file) => ({ file, path: `/raw/${file.name}`, version: null }));
}

/** A date that has these files in its ledger. */
export function storedDay(stored: readonly SourceFile[], known: Partial<DayInventory> = {}): DayInventory {
  const ledger = new Map(stored.map((file) => [ledgerKey(file), ENTRY]));
  return { date: DATE, rows: 7 * stored.length, ledger, spooled: [], waiting: [], damage: null, ...known };
}
