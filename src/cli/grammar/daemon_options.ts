import { type Command, Option } from "@commander-js/extra-typings";
import { quotaOption, zoneOption } from "./option_values.ts";
import { activeHoursOption, intervalOption, scheduleOption } from "./rhythm_values.ts";

/** The options that commands which fetch, once or as a daemon, have in common. */
export const FETCHING = {
  quota: new Option(
    "--quota <n/seconds>",
    "at most n downloads in so many seconds (default: 30/60, which the exchange allows)",
  ).argParser(quotaOption),
  quotaFile: new Option(
    "--quota-file <file>",
    "counts the downloads of all processes behind one address (default: in the working directory)",
  ),
  marketTimezone: new Option(
    "--market-timezone <tz>",
    "with --daemon: time zone of active hours and schedule (default: Europe/Berlin)",
  ).argParser(zoneOption),
  daemon: new Option("--daemon", "keep fetching until a signal stops it").conflicts(["json", "store"]),
  interval: new Option(
    "--interval <time>",
    "with --daemon: hours between starts, or 15m, 90s, 1h30m (default: 1)",
  ).argParser(intervalOption),
  activeHours: new Option(
    "--active-hours <hours>",
    "with --daemon: when it fetches, in market time (default: 08:30-18:00)",
  ).argParser(activeHoursOption),
  schedule: new Option("--schedule <cron>", "with --daemon: a cron expression in market time")
    .argParser(scheduleOption).conflicts(["interval", "activeHours"]),
  skipNonTradingDays: new Option(
    "--skip-non-trading-days",
    "with --daemon: only one cycle a day on weekends and the exchange's holidays",
  ),
  pidFile: new Option(
    "--pid-file <file>",
    "with --daemon: a file for its PID, held while it runs; its folder must exist",
  ),
};

/** Options that have a meaning only for a daemon. */
const OF_DAEMON: ReadonlySet<string> = new Set([
  "--interval",
  "--active-hours",
  "--schedule",
  "--market-timezone",
  "--skip-non-trading-days",
  "--publish-every",
  "--no-bars",
  "--pid-file",
  "--export",
  "--quotes",
  "--quotes-isin",
  "--quotes-bonds",
]);

/** Ends a command, as commander does, if an option is given that only a daemon heeds, but no `--daemon`. */
export function refuseDaemonOptions(
  command: Pick<Command, "options" | "getOptionValueSource" | "error">,
): void {
  const given = command.options.filter((option) =>
    ![undefined, "default"].includes(command.getOptionValueSource(option.attributeName()))
  );
  const unheeded = given.map(({ long }) => long ?? "").find((long) => OF_DAEMON.has(long));
  if (unheeded !== undefined) {
    command.error(`error: ${unheeded} is for --daemon; add that, or leave ${unheeded} out`);
  }
}
