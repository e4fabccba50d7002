import { InvalidArgumentError } from "commander";
import { daySpan } from "../../feed/calendar/trading_dates.ts";
import { MARKET_ZONE } from "../../feed/calendar/trading_day.ts";
import { isDate } from "../../feed/file_names.ts";

/** A time as written on the command line: without a zone it is in Frankfurt; without a date it needs a day from elsewhere. */
export type Moment =
  | { readonly kind: "instant"; readonly nanos: bigint }
  | { readonly kind: "date"; readonly date: string }
  | { readonly kind: "clock"; readonly time: Temporal.PlainTime };

const CLOCK = /^\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/;
const FORMS = "A time is 17:30, 2026-09-01T17:30 (both in Frankfurt), 2026-09-01T15:30:00Z, or a date.";

/** `17:30`, `2026-09-01T17:30:05.5`, `2026-09-01T15:30:05Z` or `2026-09-01`. */
export function momentOption(text: string): Moment {
  if (isDate(text)) return { kind: "date", date: text };
  try {
    if (CLOCK.test(text)) return { kind: "clock", time: Temporal.PlainTime.from(text) };
    return { kind: "instant", nanos: instantOf(text) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentError(FORMS);
  }
}

/** `17:30`, with seconds and a fraction if need be. */
export function clockOption(text: string): Moment {
  const moment = momentOption(text);
  if (moment.kind === "clock") return moment;
  throw new InvalidArgumentError("A time of day is 17:30 or 17:30:05, in Frankfurt.");
}

function instantOf(text: string): bigint {
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(text)) return Temporal.Instant.from(text).epochNanoseconds;
  return Temporal.PlainDateTime.from(text).toZonedDateTime(MARKET_ZONE).epochNanoseconds;
}

/** Nanoseconds since 1970 UTC: of a time of day on this day, of a date its first instant. */
export function startOf(moment: Moment, day: string): bigint {
  switch (moment.kind) {
    case "instant":
      return moment.nanos;
    case "date":
      return daySpan(moment.date).start;
    case "clock":
      return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: MARKET_ZONE, plainTime: moment.time })
        .epochNanoseconds;
  }
}

/** The same, but of a date its last instant. */
export function endOf(moment: Moment, day: string): bigint {
  return moment.kind === "date" ? daySpan(moment.date).end - 1n : startOf(moment, day);
}
