/** A trading venue of Deutsche Börse as its file service names it: `D` and three capitals or digits. */
export type Venue = string;

/** Trading hours in Europe/Berlin, Monday to Friday, as minutes of the day, half open. */
export interface TradingHours {
  readonly opens: number;
  readonly closes: number;
}

/** Of Börse Frankfurt, and of a venue whose timetable is not recorded. */
const FRANKFURT = hours("08:00", "22:00");

/**
 * The venues that the file service has been seen to serve, with the hours in which they trade.
 * The hours order the plan and define lag; they never decide what is fetched.
 * Source: the exchange's trading calendars for Xetra, Frankfurt and Tradegate, 2026. Of Eurex, whose products open one
 * after the other, recordings of its files from 2026: no row before 02:15 (00:15 UTC in summer) and after 22:05.
 */
const KNOWN: ReadonlyMap<Venue, TradingHours> = new Map([
  ["DETR", hours("09:00", "17:40")], // Xetra
  ["DFRA", FRANKFURT],
  ["DGAT", hours("07:30", "22:00")], // Tradegate
  ["DEUR", hours("02:15", "22:05")], // Eurex
]);

/** Seen in listings at times, without a recorded timetable: certificates, warrants, power, energy, Quotrix. */
const SEEN_AT_TIMES: ReadonlySet<Venue> = new Set(["DETG", "DXSC", "DEEX", "DPOW", "DQTX"]);

/** Whether `code` is well formed. A well-formed code that is unknown is worth a warning, not a refusal. */
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

/** The hours of a venue; an unknown one is taken to trade when Börse Frankfurt does. */
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
