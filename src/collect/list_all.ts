import type { Service } from "../feed/file_names.ts";
import type { Exchange } from "../feed/http/client.ts";
import type { Listing } from "../feed/listing.ts";
import type { Venue } from "../feed/venue.ts";

/** Some services of a venue. */
export interface Services {
  readonly venue: Venue;
  readonly services: readonly Service[];
}

/** What the exchange answered, or why it did not. */
export type Answer = { readonly listing: Listing } | { readonly listing: null; readonly error: unknown };

/** Keeps the failure of a listing: what waits in the spool is published without it. Throws only the signal's reason. */
export async function answerOf(listing: Promise<Listing>, signal: AbortSignal): Promise<Answer> {
  try {
    return { listing: await listing };
  } catch (error) {
    signal.throwIfAborted();
    return { listing: null, error };
  }
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
