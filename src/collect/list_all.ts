import type { Service } from "../feed/file_names.ts";
import type { Exchange } from "../feed/http/client.ts";
import type { Listing } from "../feed/listing.ts";
import type { Venue } from "../feed/venue.ts";

/** Some services of a venue. */
export interface Services {
  readonly venue: Venue;
  readonly services: readonly Service[];
}

/** What services of a venue list, as one listing. Throws as `Exchange.list`, if one of them does not answer. */
export async function listAll(
  { venue, services }: Services,
  exchange: Pick<Exchange, "list">,
  signal: AbortSignal,
): Promise<Listing> {
  const listings: Listing[] = [];
  for (const service of services) listings.push(await exchange.list(venue, signal, service));
  return {
    files: listings.flatMap(({ files }) => files),
    skipped: listings.flatMap(({ skipped }) => skipped),
    absent: listings.every(({ absent }) => absent),
  };
}
