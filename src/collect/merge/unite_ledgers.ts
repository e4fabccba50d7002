import { CREDITED, judgementOf, type Ledger, type LedgerEntry } from "../../store/ledger.ts";

/** What the ledger of another partition of the same date adds to ours. */
export interface Union {
  /** The entries to write: new ones, and those that replace ours. */
  readonly entries: Ledger;
  /** The keys of files whose bytes differ between the two; each is entered as a second version, and both stay. */
  readonly conflicts: readonly string[];
}

/**
 * Unites two ledgers of one date. None of our entries is dropped; theirs replaces ours only if it accounts for more of
 * the same file. Uniting the result with theirs again adds nothing.
 */
export function uniteLedgers(ours: Ledger, theirs: Ledger): Union {
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

/**
 * Our entries, by our keys, for whose rows no entry of theirs stands: they lack the file, have other bytes of it, or
 * less of the same bytes. Credited minutes are left out, since their rows are those of a daily file.
 */
export function unaccounted(ours: Ledger, theirs: Ledger): Ledger {
  const standsFor = (their: LedgerEntry | undefined, our: LedgerEntry) =>
    their?.digest === our.digest && !standsForMore(our, their);
  return new Map(
    [...ours].filter(([key, our]) =>
      our.digest !== CREDITED && !standsFor(theirs.get(key), our) &&
      !standsFor(theirs.get(versionKey(key, our)), our)
    ),
  );
}

/**
 * A fetched minute counts more than a credited one; for the same bytes, the entry with more rows or without withheld
 * ones.
 */
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
