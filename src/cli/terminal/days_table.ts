import type { DayStatus } from "../../collect/monitor/day_status.ts";
import { printTable } from "./output.ts";

/** Prints one line per date; what is stored is called `data`. */
export function printDays(days: readonly DayStatus[], data: string): void {
  printTable(
    ["date", "listed", "stored", "waiting", "pending", "lost", "absent", data, ""],
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
