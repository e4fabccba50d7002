import type { DayStatus } from "../../collect/monitor/day_status.ts";
import { printTable } from "./output.ts";

/** Prints one line per date. */
export function printDays(days: readonly DayStatus[]): void {
  printTable(
    ["date", "listed", "stored", "waiting", "pending", "lost", "absent", "trades", ""],
    days.map((day) => [
      day.date,
      day.listed,
      day.stored,
      day.waiting,
      day.pending,
      day.lost,
      day.absent,
      day.trades,
      day.damaged ? "damaged" : "",
    ]),
  );
}
