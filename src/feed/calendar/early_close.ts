import type { Venue } from "../venue.ts";
import { closesEarly, easterSunday, isTradingDay } from "./holidays.ts";

/**
 * Venues that trade until 14:00 on the last trading day of a year, 30 December unless that is at a weekend; on Xetra the
 * closing auction begins then. Sources: Börse Frankfurt, "Handelskalender 2017", year-end trading on Xetra and Börse
 * Frankfurt (www.boerse-frankfurt.de/inhalt/grundlagen-marktplaetze-handelskalender2017); of Tradegate the press, 2025
 * (www.wallstreet-online.de/nachricht/20058811). Each year's times are announced in December. On Eurex only products whose
 * underlyings trade on Xetra or in Vienna end early, without the futures on indices (Eurex circular 107/21).
 */
const SHORT_YEAR_END: ReadonlySet<Venue> = new Set(["DETR", "DFRA", "DGAT"]);

/**
 * Venues that trade until 20:00 on public holidays of Hesse on which Xetra trades. Sources: Börse Frankfurt, newsboard of
 * 2022-10 on the trading times of 3 October (www.aktiencheck.de/news/Artikel-XFRA_Trading_times_Boerse_Frankfurt_03_Oct_2022-14884882); of Tradegate a bank's notice of
 * 2020 (www.waldecker-bank.de/geldanlage/wertpapiere/Handelszeiten_Feiertage.html). One witness each.
 */
const SHORT_HOLIDAYS: ReadonlySet<Venue> = new Set(["DFRA", "DGAT"]);

/** Ascension Day, Whit Monday and Corpus Christi, in days after Easter Sunday. */
const HOLIDAYS_AFTER_EASTER = [39, 50, 60];
const DAY_OF_GERMAN_UNITY = "10-03";

/**
 * When trading ends in Frankfurt on a trading day on which it ends early, such as `14:00`; null on other days, and for
 * venues whose hours are not known. Minute files are listed until 23:00 nevertheless.
 */
export function earlyClose(venue: Venue, date: Temporal.PlainDate): string | null {
  if (!isTradingDay(date)) return null;
  if (SHORT_YEAR_END.has(venue) && closesEarly(date)) return "14:00";
  return SHORT_HOLIDAYS.has(venue) && isPublicHoliday(date) ? "20:00" : null;
}

function isPublicHoliday(date: Temporal.PlainDate): boolean {
  const { days } = easterSunday(date.year).until(date, { largestUnit: "days" });
  return HOLIDAYS_AFTER_EASTER.includes(days) || date.toString().endsWith(DAY_OF_GERMAN_UNITY);
}
