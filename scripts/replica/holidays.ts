/** On which days the exchange trades, computed independently of the program's calendar, which it checks. */

/**
 * Holidays of every year; besides these there are Good Friday and Easter Monday. Whit Monday and 3 October are
 * trading days.
 */
const FIXED = ["01-01", "05-01", "12-24", "12-25", "12-26", "12-31"];

/** Whether there are files of `date` (YYYY-MM-DD): Monday to Friday, except the exchange's holidays. */
export function isTradingDay(date: string): boolean {
  const day = Temporal.PlainDate.from(date);
  const easter = easterSunday(day.year);
  const holidays = [easter.subtract({ days: 2 }), easter.add({ days: 1 })].map(String);
  return day.dayOfWeek <= 5 && !FIXED.includes(date.slice(5)) && !holidays.includes(date);
}

/** By the "anonymous Gregorian" computus, first printed in Nature on 20 April 1876. */
function easterSunday(year: number): Temporal.PlainDate {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const lunar = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - lunar + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - ofCentury % 4) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const dayOfMarch = epact + weekday - 7 * correction + 22;
  return Temporal.PlainDate.from({ year, month: 3, day: 1 }).add({ days: dayOfMarch - 1 });
}
