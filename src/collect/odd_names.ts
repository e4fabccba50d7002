import type { Listing } from "../feed/listing.ts";
import { dateNamed, POSTTRADE, type Service } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { counted } from "./counted.ts";

/** Three times as long as any name so far. */
const NAME_SHOWN = 128;

/**
 * The listed names of no known form that contain the service and a date: the exchange may be renaming all files. Those
 * that can be file names are downloaded.
 */
export function oddNames(
  { files, skipped }: Listing,
  venue: Venue,
  services: readonly Service[] = [POSTTRADE],
): string[] {
  const isOdd = (name: string) => services.some((service) => dateNamed(name, venue, service) !== null);
  const tried = files.filter(({ kind }) => kind === "odd").map(({ name }) => name);
  return [...tried, ...skipped.filter(isOdd)];
}

/** The skipped names that are not odd. */
export function otherNames(odd: readonly string[], skipped: readonly string[]): string[] {
  return [...new Set(skipped).difference(new Set(odd))];
}

/** A name, cut to a length that is still readable in a log. */
export function shownName(name: string): string {
  return name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name;
}

/** Logs which listed names have no known form. Those that may be the exchange's new names are logged as an error. */
export function logNames(venue: Venue, listing: Listing, services?: readonly Service[]): void {
  const odd = oddNames(listing, venue, services);
  if (odd.length > 0) {
    const names = `${counted(odd.length, "listed name")} of ${venue} of no known form`;
    log.error(
      `${names}, with the service and a date, such as ${shownName(odd[0])}: ` +
        `the exchange may have renamed its files. ` +
        `What can be asked for is stored under its own name; a newer version of xetra-parqed may know these names`,
    );
  }
  const others = otherNames(odd, listing.skipped);
  if (others.length === 0) return;
  const names = `${counted(others.length, "listed name")} of ${venue} skipped`;
  log.warning(`${names}, of no known form: ${shownName(others[0])}, …`);
}
