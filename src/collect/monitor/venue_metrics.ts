import type { DayStatus } from "./day_status.ts";
import type { VenueState } from "./health.ts";
import { isQuiet } from "./quiet_days.ts";

/** Trades have the one label that they always had. */
function labelsOf({ venue, data }: VenueState): string {
  return data === "trades" ? `venue="${venue}"` : `venue="${venue}",data="${data}"`;
}

/** The state as metrics of Prometheus' text format, for node_exporter's textfile collector. */
export function metricsOf(state: VenueState): string {
  const { lastCycle, failedCycles, notUnderstood, lost, rejected, contradictions, oddNames, days } = state;
  const { newestMinute, volume } = state;
  const total = (of: (day: DayStatus) => number) => days.reduce((sum, day) => sum + of(day), 0);
  const metrics: [name: string, help: string, value: number][] = [
    ["last_cycle_timestamp_seconds", "When the last cycle ended", Date.parse(lastCycle.end) / 1000],
    [
      "last_cycle_duration_seconds",
      "How long it took",
      (Date.parse(lastCycle.end) - Date.parse(lastCycle.start)) / 1000,
    ],
    ["last_cycle_exit_code", "Exit code that a one-shot run would have had", lastCycle.exitCode],
    ["last_cycle_files", "Files that it downloaded", lastCycle.files],
    ["last_cycle_trades", "Trades, or quotes, that it added", lastCycle.trades],
    ["failed_cycles", "Failed cycles in a row", failedCycles],
    ["not_understood_files", "Files kept though no line could be read", notUnderstood.files],
    [
      "contradicting_files",
      "Daily files that contradict the minute files and are not accepted",
      contradictions.length,
    ],
    ["pending_files", "Listed files that are not stored", total(({ pending }) => pending)],
    ["lost_files", "Files that were lost within the last days", lost.files],
    ["rejected_files", "Files whose bytes were neither gzip nor NDJSON", rejected.length],
    ["absent_minutes", "Minute files that the exchange should have listed", total(({ absent }) => absent)],
    ["listed_files", "Files that the exchange listed", total(({ listed }) => listed)],
    ["odd_names", "Listed names of no known form that have the service and a date", oddNames.odd],
    ["skipped_names", "Other listed names of no known form", oddNames.others],
    ...(volume === null ? [] : [
      [
        "quiet_day",
        "Whether the last trading day had no trade, or less than half of the usual",
        Number(isQuiet(volume)),
      ],
    ] satisfies [string, string, number][]),
    ...(newestMinute === null ? [] : [
      ["newest_minute_timestamp_seconds", "The newest stored minute", Date.parse(`${newestMinute}Z`) / 1000],
    ] satisfies [string, string, number][]),
  ];
  return metrics.map(([name, help, value]) =>
    `# HELP xetra_parqed_${name} ${help}.\n# TYPE xetra_parqed_${name} gauge\n` +
    `xetra_parqed_${name}{${labelsOf(state)}} ${value}\n`
  ).join("");
}
