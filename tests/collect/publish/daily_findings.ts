import { minuteFile } from "../../../src/feed/file_names.ts";
import { at } from "../situations.ts";

// DETR trades from 07:00 to 15:40 UTC on this Tuesday of summer.
export const DATE = "2026-09-01";
export const EVE = "2026-08-31";

export const minute = (time: string) => minuteFile("DETR", time.slice(0, 10), at(time.slice(11)));
export const DAILY = "DETR-posttrade-daily-2026-09-01.json.gz";
export const reconciled = (
  compared: number,
  { added = 0, short = [], onlyInMinutes = 0 }: { added?: number; short?: string[]; onlyInMinutes?: number } =
    {},
) => {
  const firstShort = short.length === 0 ? null : minute(short[0]).name;
  return {
    kind: "reconciled",
    name: DAILY,
    compared,
    added,
    shortFiles: short.length,
    firstShort,
    onlyInMinutes,
  } as const;
};
export const contradiction = (onlyInMinutes: number, minuteRows: number, withheld: number) =>
  ({ kind: "contradiction", name: DAILY, onlyInMinutes, minuteRows, withheld }) as const;
export const stored = (date: string, rows: number, added = rows, duplicates = 0) =>
  ({ kind: "stored", date, rows, added, duplicates, conflicts: 0 }) as const;
