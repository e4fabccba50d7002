import { isInTradingHours } from "./calendar/trading_day.ts";
import { type MinuteFile, POSTTRADE, type Service, type SourceFile } from "./file_names.ts";
import { isVenueCode, type Venue } from "./venue.ts";

/** What is collected of a venue's quotes: the services whose files share its partitions. */
export interface QuoteSource {
  readonly venue: Venue;
  readonly services: readonly Service[];
}

/** How the names of all services of quotes begin. */
const PRETRADE: Service = "pretrade";
/**
 * Eurex has two services, of options and of all else. `DEUR-pretrade` is listed as well, and none of its files is there.
 * Source: four collectors of 2026.
 */
const SERVICES: ReadonlyMap<Venue, readonly Service[]> = new Map([
  ["DEUR", ["pretradeMDOptions", "pretradeOthers"]],
]);

/** All services of a venue's quotes. */
export function quoteServices(venue: Venue): readonly Service[] {
  return SERVICES.get(venue) ?? [PRETRADE];
}

/** What a minute of trading takes, packed, in bytes. Source: files of 2026-09 and 2026-10; of other services nothing is known. */
const MINUTE_BYTES: ReadonlyMap<string, number> = new Map([
  ["DETR-pretrade", 20_300_000],
  ["DGAT-pretrade", 3_200_000],
  ["DFRA-pretrade", 2_500_000],
]);
const UNKNOWN_MINUTE_BYTES = 2_500_000;
/** A file outside of trading is an empty gzip stream. */
const EMPTY_BYTES = 20;

/** About how many bytes a minute file of quotes takes, packed. */
export function estimatedBytes(file: MinuteFile): number {
  if (!isInTradingHours(file)) return EMPTY_BYTES;
  return MINUTE_BYTES.get(`${file.venue}-${file.service}`) ?? UNKNOWN_MINUTE_BYTES;
}

/** Whether files of a service hold quotes. */
export function isOfQuotes(service: Service): boolean {
  return service.startsWith(PRETRADE);
}

/**
 * What is meant by `DGAT`, all services of a venue's quotes, or by `DEUR-pretradeOthers`, one of them. Throws when it is
 * neither, or a name of a file that does not exist.
 */
export function parseQuoteSource(text: string): QuoteSource {
  const [venue, service, ...rest] = text.split("-");
  const isService = service === undefined || /^pretrade[A-Za-z0-9]*$/.test(service);
  if (!isVenueCode(venue) || !isService || rest.length > 0) {
    throw new Error(
      "A service of quotes is a venue, such as DGAT, or has a name such as DEUR-pretradeOthers.",
    );
  }
  if (service === undefined) return { venue, services: quoteServices(venue) };
  if (service === PRETRADE && SERVICES.has(venue)) {
    const names = quoteServices(venue).map((real) => `${venue}-${real}`).join(" and ");
    throw new Error(`${text} is a dead name, its files are not there: say ${venue}, or ${names}.`);
  }
  return { venue, services: [service] };
}

/** The sources with one for each venue, in the order in which they come. */
export function united(sources: readonly QuoteSource[]): QuoteSource[] {
  const byVenue = Map.groupBy(sources, ({ venue }) => venue);
  return [...byVenue].map(([venue, own]) => ({
    venue,
    services: [...new Set(own.flatMap(({ services }) => services))],
  }));
}

/** Whether a listed file can be had: a daily file of quotes is listed, and always answered with 404. */
export function canBeHad({ kind, service }: SourceFile): boolean {
  return kind !== "daily" || service === POSTTRADE;
}
