/** A trading venue of Deutsche Börse by its name in the file service: `D` and three capitals or digits. */
export type Venue = string;

/** Trading hours in Europe/Berlin, Monday to Friday, as minutes of the day, half open. */
export interface TradingHours {
  readonly opens: number;
  readonly closes: number;
}

/** The hours of Börse Frankfurt, also used for a venue without a recorded timetable. */
const FRANKFURT = hours("08:00", "22:00");

/**
 * The venues known from the file service, with their trading hours. The hours order the plan and define lag; they never
 * decide what is fetched. Source: the exchange's trading calendars for Xetra, Frankfurt and Tradegate, 2026. For Eurex,
 * whose products open one after the other: recordings of its files from 2026, with no row before 02:15 (00:15 UTC in
 * summer) or after 22:05.
 */
const KNOWN: ReadonlyMap<Venue, TradingHours> = new Map([
  ["DETR", hours("09:00", "17:40")], // Xetra
  ["DFRA", FRANKFURT],
  ["DGAT", hours("07:30", "22:00")], // Tradegate
  ["DEUR", hours("02:15", "22:05")], // Eurex
]);

/** Venues sometimes seen in listings, without a recorded timetable: certificates, warrants, power, energy, Quotrix. */
const SEEN_AT_TIMES: ReadonlySet<Venue> = new Set(["DETG", "DXSC", "DEEX", "DPOW", "DQTX"]);

/** Whether `code` is well formed. A well-formed but unknown code is worth a warning, not a refusal. */
export function isVenueCode(code: string): boolean {
  return /^D[A-Z0-9]{3}$/.test(code);
}

/** Whether this venue has been seen in the service before. */
export function isKnownVenue(venue: Venue): boolean {
  return KNOWN.has(venue) || SEEN_AT_TIMES.has(venue);
}

/** The codes of the venues whose hours are known, for messages and help. */
export function knownVenues(): Venue[] {
  return [...KNOWN.keys()];
}

/** The hours of a venue; an unknown one is assumed to have those of Börse Frankfurt. */
export function tradingHours(venue: Venue): TradingHours {
  return KNOWN.get(venue) ?? FRANKFURT;
}

function hours(opens: string, closes: string): TradingHours {
  return { opens: minuteOfDay(opens), closes: minuteOfDay(closes) };
}

function minuteOfDay(clock: string): number {
  const [hour, minute] = clock.split(":").map(Number);
  return hour * 60 + minute;
}
