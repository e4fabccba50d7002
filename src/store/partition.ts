import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { gather, type Trades } from "../feed/trades.ts";
import { removeUnfinished, writeAtomically } from "./atomic.ts";
import { encodeLedger, type Ledger } from "./ledger.ts";
import { type MergeTally, mergeTrades, type SortedSource } from "./merge.ts";
import { ROW_GROUP_ROWS } from "./parquet_schema.ts";
import { TradesWriter } from "./parquet_writer.ts";
import { encodeProof, PROOF_KEY } from "./proof.ts";
import { KEYS, openIfThere, openStored } from "./stored_partition.ts";

/** What publishing changed. */
export interface Published {
  /** Rows of the partition now. */
  readonly rows: number;
  readonly added: number;
  readonly duplicates: number;
  /** Duplicates that differ from the stored trade in a column outside of the identity; the stored one stays. */
  readonly conflicts: number;
}

/** How a partition is written. */
export interface Publication {
  /** What the footer names as its author. */
  readonly createdBy: string;
  /** Awaited after each row group, so that others get a turn; what it throws ends the publication. */
  readonly breathe: () => Promise<void>;
}

/**
 * Merges sorted trades into the partition at `path`, with the ledger entries of the files that they come from, in
 * one rename: a partition only grows. Its bytes are checked against their digest first.
 * Throws `DamagedPartition`; then, as after any other error, the partition is what it was.
 */
export async function publishPartition(
  path: string,
  sources: readonly SortedSource[],
  entries: Ledger,
  { createdBy, breathe }: Publication,
): Promise<Published> {
  using file = openIfThere(path);
  const stored = file === null ? null : await openStored(path, file);
  const ledger = new Map([...stored?.ledger ?? [], ...entries]);
  const tally = emptyTally();
  removeUnfinished(dirname(path));
  await writeAtomically(path, async (append) => {
    const hash = createHash("sha256");
    const writer = new TradesWriter((bytes) => {
      hash.update(bytes);
      append(bytes);
    }, createdBy);
    const all = stored === null ? sources : [stored.trades(), ...sources];
    for await (const group of mergeTrades(all, ROW_GROUP_ROWS, tally)) {
      writer.write(group);
      await breathe();
    }
    const entered = encodeLedger(ledger);
    writer.finish(() =>
      new Map([
        [KEYS.ledger, entered],
        [KEYS.rows, String(sum(tally.kept))],
        [KEYS.digest, hash.copy().digest("hex")],
        [PROOF_KEY, encodeProof(entered, writer.groups)],
      ])
    );
  });
  const rows = sum(tally.kept);
  return {
    rows,
    added: rows - (stored?.rows ?? 0),
    duplicates: tally.duplicates,
    conflicts: tally.conflicts,
  };
}

/** How many of the sorted trades the partition at `path` does not hold. */
export async function countUnmatched(path: string, sources: readonly SortedSource[]): Promise<number> {
  using file = openIfThere(path);
  const stored = file === null ? [] : [(await openStored(path, file)).trades()];
  const tally = emptyTally();
  for await (const _group of mergeTrades([...stored, ...sources], ROW_GROUP_ROWS, tally)); // only the tally counts
  return sum(tally.kept.slice(stored.length));
}

/** How many of the stored rows that `choose` picks, by their places in a batch, are not among the sorted trades. */
export async function countOnlyStored(
  path: string,
  sources: readonly SortedSource[],
  choose: (batch: Trades) => Uint32Array,
): Promise<number> {
  using file = openIfThere(path);
  if (file === null) return 0;
  const { trades } = await openStored(path, file);
  const chosen = async function* () {
    for await (const batch of trades()) {
      const row = choose(batch);
      if (row.length > 0) yield gather({ batches: [batch], batch: new Uint32Array(row.length), row });
    }
  };
  const tally = emptyTally();
  for await (const _group of mergeTrades([...sources, chosen()], ROW_GROUP_ROWS, tally)); // only the tally counts
  return tally.kept.at(-1)!;
}

function emptyTally(): MergeTally {
  return { kept: [], duplicates: 0, conflicts: 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
