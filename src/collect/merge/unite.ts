import { CREDITED, judgementOf, type Ledger, type LedgerEntry } from "../../store/ledger.ts";

/** What the ledger of another partition of the same date adds to ours. */
export interface Union {
  /** The entries to be written: new ones, and those that take the place of ours. */
  readonly entries: Ledger;
  /** The keys of files of which both have other bytes; each is entered as a second version, and both stay. */
  readonly conflicts: readonly string[];
}

/**
 * Unites two ledgers of one date. No entry of ours goes; one takes the place of ours only if it stands for more of the
 * same file. Uniting the result with theirs once more adds nothing.
 */
export function unite(ours: Ledger, theirs: Ledger): Union {
  const entries = new Map<string, LedgerEntry>();
  const conflicts: string[] = [];
  for (const [key, their] of theirs) {
    const our = ours.get(key);
    if (our === undefined || standsForMore(their, our)) entries.set(key, their);
    else if (isOther(their, our) && !ours.has(versionKey(key, their))) {
      entries.set(versionKey(key, their), their);
      conflicts.push(key);
    }
  }
  return { entries, conflicts };
}

/** A fetched minute is more than a credited one; of the same bytes the entry with more rows, or without any withheld. */
function standsForMore(their: LedgerEntry, our: LedgerEntry): boolean {
  if (our.digest === CREDITED) return their.digest !== CREDITED;
  if (their.digest !== our.digest) return false;
  return their.rows > our.rows || (judgementOf(their) === "taken" && judgementOf(our) !== "taken");
}

function isOther(their: LedgerEntry, our: LedgerEntry): boolean {
  return their.digest !== CREDITED && their.digest !== our.digest;
}

function versionKey(key: string, { digest }: LedgerEntry): string {
  return `${key}~${digest}`;
}
