/** Parsers of when a daemon runs, for options; each throws commander's InvalidArgumentError, which becomes a usage error. */
import { type ActiveHours, parseActiveHours } from "../../daemon/active_hours.ts";
import { type Interval, parseInterval } from "../../daemon/interval.ts";
import { cronSchedule } from "../../daemon/schedule.ts";
import { MARKET_ZONE } from "../../feed/calendar/trading_day.ts";
import { asArgument } from "./option_values.ts";

export function intervalOption(text: string): Interval {
  return asArgument(() => parseInterval(text));
}

export function activeHoursOption(text: string): ActiveHours {
  return asArgument(() => parseActiveHours(text));
}

export function scheduleOption(expression: string): string {
  return asArgument(() => {
    cronSchedule(expression, MARKET_ZONE);
    return expression;
  });
}
