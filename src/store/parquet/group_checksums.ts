import { digestOf, shortDigest } from "../digest.ts";

/** A row group: its rows, its size in bytes, and its digest. */
export interface GroupChecksum {
  readonly rows: number;
  readonly bytes: number;
  readonly digest: string;
}

/** What can be proved intact in a damaged file. */
export interface GroupChecksums {
  readonly ledgerDigest: string;
  readonly groups: readonly GroupChecksum[];
}

/**
 * The text that a partition's checksums prove: its ledger, and for quotes the filter by which its rows were chosen.
 */
export function provenText(ledger: string, filter: string | undefined): string {
  return filter === undefined ? ledger : `${ledger}\n${filter}`;
}

/**
 * The digest of a ledger's text (as `provenText`), one line per row group, and at the end the digest of these lines, so that they can
 * be trusted even if the footer around them is damaged.
 */
export function encodeGroupChecksums(ledger: string, groups: readonly GroupChecksum[]): string {
  const lines = [
    shortDigest(ledger),
    ...groups.map(lineOf),
  ].join("\n");
  return `${lines}\n${shortDigest(lines)}`;
}

/** Reads what `encodeGroupChecksums` wrote; null when the text has any other form. */
export function decodeGroupChecksums(text: string): GroupChecksums | null {
  const end = text.lastIndexOf("\n");
  const lines = text.slice(0, Math.max(0, end));
  if (end < 0 || shortDigest(lines) !== text.slice(end + 1)) return null;
  const [ledgerDigest, ...groups] = lines.split("\n");
  return {
    ledgerDigest,
    groups: groups.map((line) => {
      const [rows, bytes, digest] = line.split(" ");
      return { rows: Number(rows), bytes: Number(bytes), digest };
    }),
  };
}

/** The digest of all row groups, computed from theirs; the ledger is not included. */
export function digestOfGroups(groups: readonly GroupChecksum[]): string {
  return digestOf(groups.map(lineOf).join("\n"));
}

function lineOf({ rows, bytes, digest }: GroupChecksum): string {
  return `${rows} ${bytes} ${digest}`;
}
