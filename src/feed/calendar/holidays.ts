/**
 * Days of the year (month and day) without trading, whatever the weekday. Source for these and the two Easter days:
 * Deutsche Börse, "Trading calendar and trading hours, Trading venues Xetra and Börse Frankfurt"
 * (www.deutsche-boerse-cash-market.com/dbcm-en/newsroom/trading-calendar), years 2024 to 2029. There is trading on
 * Ascension Day, Whit Monday, Corpus Christi and 3 October.
 */
const FIXED_HOLIDAYS: ReadonlySet<string> = new Set(["01-01", "05-01", "12-24", "12-25", "12-26", "12-31"]);

/** Whether Xetra trades on this day: not on weekends or on its holidays. */
export function isTradingDay(date: Temporal.PlainDate): boolean {
  return date.dayOfWeek <= 5 && !FIXED_HOLIDAYS.has(date.toString().slice(5)) && !isEasterHoliday(date);
}

/** The last trading day before this day, which may or may not be a trading day itself. */
export function tradingDayBefore(date: Temporal.PlainDate): Temporal.PlainDate {
  let before = date.subtract({ days: 1 });
  while (!isTradingDay(before)) before = before.subtract({ days: 1 });
  return before;
}

/**
 * Whether trading ends at 14:00, as on the last trading day of a year. Its minute files continue until 23:00
 * nevertheless.
 */
export function closesEarly(date: Temporal.PlainDate): boolean {
  return date.equals(tradingDayBefore(Temporal.PlainDate.from({ year: date.year + 1, month: 1, day: 1 })));
}

/** Good Friday and Easter Monday. */
function isEasterHoliday(date: Temporal.PlainDate): boolean {
  const { days } = easterSunday(date.year).until(date, { largestUnit: "days" });
  return days === -2 || days === 1;
}

/**
 * Easter Sunday of a Gregorian year, by the arithmetic of J.-M. Oudin (1940) as given in the Explanatory Supplement to
 * the Astronomical Almanac.
 */
export function easterSunday(year: number): Temporal.PlainDate {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const correction = Math.floor((century - Math.floor((century - 17) / 25)) / 3);
  const epact = (century - Math.floor(century / 4) - correction + 19 * golden + 15) % 30;
  const late = Math.floor(epact / 28) * (1 - Math.floor(29 / (epact + 1)) * Math.floor((21 - golden) / 11));
  const moon = epact - late;
  const weekday = (year + Math.floor(year / 4) + moon + 2 - century + Math.floor(century / 4)) % 7;
  const sunday = moon - weekday;
  const month = 3 + Math.floor((sunday + 40) / 44);
  return Temporal.PlainDate.from({ year, month, day: sunday + 28 - 31 * Math.floor(month / 4) });
}
