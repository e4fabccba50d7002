import type { Exchange } from "../feed/http/client.ts";
import type { SourceFile } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";

/** The JSON document of `list-files`. */
export interface ListedFiles {
  readonly venue: Venue;
  readonly files: readonly {
    readonly name: string;
    readonly date: string;
    readonly kind: SourceFile["kind"];
  }[];
  /** Listed names that are of no known form. */
  readonly skipped: readonly string[];
}

/** What the exchange lists of a venue, oldest first; only of one date, if it is given. */
export async function listFiles(
  venue: Venue,
  date: string | undefined,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<ListedFiles> {
  const { files, skipped } = await exchange.list(venue, signal);
  const chosen = files.filter((file) => date === undefined || file.date === date);
  return {
    venue,
    files: chosen.map(({ name, date, kind }) => ({ name, date, kind })),
    skipped,
  };
}

export function printFiles({ venue, files }: ListedFiles): void {
  for (const { name } of files) console.log(name);
  if (files.length === 0) log.info(`The exchange lists no such files of ${venue}`);
}
