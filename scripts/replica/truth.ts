import { type DaySpec, generateDay } from "./day.ts";
import { identityOf, type Trade } from "./trade.ts";

/** The trades that a minute file adds to the UTC day of its venue. */
export interface TrueMinute {
  readonly venue: string;
  /** The UTC date in the minute file's name. */
  readonly date: string;
  readonly trades: readonly Trade[];
}

/**
 * What must be stored of the days, minute by minute, each trade once on a UTC day; `served` leaves out files
 * by name, e.g. those that a fault makes unreadable. Days of a venue follow one another by date.
 */
export function* truth(
  days: readonly DaySpec[],
  served: (name: string) => boolean = () => true,
): Generator<TrueMinute, void, undefined> {
  let day = "";
  let seen = new Set<string>();
  for (const spec of inOrder(days)) {
    for (const { name, venue, date, trades } of generateDay(spec)) {
      if (day !== venue + date) [day, seen] = [venue + date, new Set()];
      if (served(name)) yield { venue, date, trades: trades.filter((trade) => isNew(trade, seen)) };
    }
  }
}

/**
 * Writes the truth as `DIR/venue=DETR/2026-09-01.ndjson`, a line for each trade with every column, one file for
 * each UTC date that has minute files, empty when they all are. Returns the paths. Existing files are replaced.
 */
export async function writeTruth(
  dir: string,
  days: readonly DaySpec[],
  served?: (name: string) => boolean,
): Promise<string[]> {
  const paths: string[] = [];
  let file: Deno.FsFile | null = null;
  try {
    for (const { venue, date, trades } of truth(days, served)) {
      const path = `${dir}/venue=${venue}/${date}.ndjson`;
      if (file === null || paths.at(-1) !== path) {
        file?.close();
        await Deno.mkdir(`${dir}/venue=${venue}`, { recursive: true });
        file = await Deno.open(path, { write: true, create: true, truncate: true });
        paths.push(path);
      }
      await writeAll(file, trades.map((trade) => JSON.stringify(trade) + "\n").join(""));
    }
  } finally {
    file?.close();
  }
  return paths;
}

function inOrder(days: readonly DaySpec[]): DaySpec[] {
  return days.toSorted((a, b) => `${a.venue}${a.date}` < `${b.venue}${b.date}` ? -1 : 1);
}

function isNew(trade: Trade, seen: Set<string>): boolean {
  const identity = identityOf(trade);
  if (seen.has(identity)) return false;
  seen.add(identity);
  return true;
}

async function writeAll(file: Deno.FsFile, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}
