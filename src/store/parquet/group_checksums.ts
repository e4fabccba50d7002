import { digestOf, shortDigest } from "../digest.ts";

/** A row group: its rows, the bytes that it takes, and their digest. */
export interface GroupChecksum {
  readonly rows: number;
  readonly bytes: number;
  readonly digest: string;
}

/** What of a damaged file can be told to be intact. */
export interface GroupChecksums {
  readonly ledgerDigest: string;
  readonly groups: readonly GroupChecksum[];
}

/**
 * The digest of the ledger's text, a line a row group, and at the end the digest of the lines themselves: it is worth
 * something where the footer around it is not.
 */
export function encodeGroupChecksums(ledger: string, groups: readonly GroupChecksum[]): string {
  const lines = [
    shortDigest(ledger),
    ...groups.map(lineOf),
  ].join("\n");
  return `${lines}\n${shortDigest(lines)}`;
}

/** Reads what `encodeGroupChecksums` wrote; null when it is not just that. */
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

/** The digest of the row groups, by theirs; the ledger has no part in it. */
export function digestOfGroups({ groups }: GroupChecksums): string {
  return digestOf(groups.map(lineOf).join("\n"));
}

function lineOf({ rows, bytes, digest }: GroupChecksum): string {
  return `${rows} ${bytes} ${digest}`;
}
