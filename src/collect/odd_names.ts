import type { Listing } from "../feed/listing.ts";
import { dateNamed } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { counted } from "./tell.ts";

/**
 * The listed names that are of no known form though they have the service and a date: perhaps all are to be renamed.
 * Those that can be the name of a file are asked for.
 */
export function oddNames({ files, skipped }: Listing, venue: Venue): string[] {
  const tried = files.filter(({ kind }) => kind === "odd").map(({ name }) => name);
  return [...tried, ...skipped.filter((name) => dateNamed(name, venue) !== null)];
}

/** Logs which listed names are of no known form: as an error those that may be the exchange's new ones. */
export function tellNames(venue: Venue, listing: Listing): void {
  const odd = oddNames(listing, venue);
  if (odd.length > 0) {
    log.error(
      `${counted(odd.length, "listed name")} of ${venue} of no known form, with the service and a date: ${
        odd[0]
      }, …. ` +
        `The exchange may have renamed its files: what can be asked for is stored under its own name; a newer version ` +
        `of xetra-parqed may know these names`,
    );
  }
  const others = listing.skipped.filter((name) => !odd.includes(name));
  if (others.length === 0) return;
  log.warning(
    `${counted(others.length, "listed name")} of ${venue} skipped, of no known form: ${others[0]}, …`,
  );
}
