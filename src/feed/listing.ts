import { listedFile, listedTwice, oddFile, POSTTRADE, type Service, type SourceFile } from "./file_names.ts";
import type { Venue } from "./venue.ts";

/** Four times as many names as any listing so far; an answer with more is not a listing. */
const MAX_NAMES = 10_000;

/** What the exchange lists of a venue. */
export interface Listing {
  /**
   * Each file once, oldest first; a daily file follows the minute files of its date, files with odd names come last.
   */
  readonly files: readonly SourceFile[];
  /** Names that cannot be files of this venue's service. */
  readonly skipped: readonly string[];
  /** The exchange answered that it has no listing for this venue. */
  readonly absent: boolean;
}

/** The listing of a venue that has no files. */
export const ABSENT: Listing = { files: [], skipped: [], absent: true };

/**
 * Reads the body of a service's listing. Throws when it does not look like a listing, has more than 10,000 names, or has
 * no valid file name: a failure must never pass for an empty listing.
 */
export function parseListing(body: string, venue: Venue, service: Service = POSTTRADE): Listing {
  const names = namesIn(body);
  const files = new Map<string, SourceFile>();
  const skipped: string[] = [];
  for (const name of names) {
    const file = typeof name === "string"
      ? listedFile(name, venue, service) ?? oddFile(name, venue, service)
      : null;
    if (file === null) skipped.push(typeof name === "string" ? name : JSON.stringify(name));
    else files.set(file.name, listedTwice(files.get(file.name) ?? file, file));
  }
  if (files.size === 0 && skipped.length > 0) {
    throw new Error(`the listing has ${names.length} names, none of a known form, such as ${skipped[0]}`);
  }
  return { files: [...files.values()].sort(byAge), skipped, absent: false };
}

function namesIn(body: string): unknown[] {
  const names = (parseJson(body) as { CurrentFiles?: unknown } | null)?.CurrentFiles;
  if (!Array.isArray(names)) throw new Error("the listing has no list CurrentFiles");
  if (names.length > MAX_NAMES) {
    throw new Error(`the listing has ${names.length} names, more than ${MAX_NAMES}`);
  }
  return names;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Error("the listing is not JSON", { cause: error });
  }
}

function byAge(a: SourceFile, b: SourceFile): number {
  if ((a.kind === "odd") !== (b.kind === "odd")) return a.kind === "odd" ? 1 : -1;
  if (a.date !== b.date) return a.date < b.date ? -1 : 1;
  return minuteOf(a) - minuteOf(b);
}

function minuteOf(file: SourceFile): number {
  return file.kind === "minute" ? file.minute : Infinity;
}
