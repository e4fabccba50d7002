import { join } from "node:path";
import { DEFAULT_PUBLISH_EVERY } from "../../src/cli/daemon/rhythm.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { startReplica } from "../replica/server.ts";
import { runJobAsShipped } from "./fresh.ts";
import type { Measured } from "./jobs/measured.ts";
import { DATE } from "./raw_day.ts";
import type { Line } from "./table.ts";

/** The target of the project's thirteenth issue: a day is written so many times over. */
const TARGET = { written: 20 };

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const DEFAULT_MINUTES = DEFAULT_PUBLISH_EVERY.millis / 60_000;
/** The least minutes between two publications that are compared. */
const EVERY = [DEFAULT_MINUTES, 15];

/** A day of four venues that was followed live. */
export interface LiveDay {
  readonly everyMinutes: number;
  readonly measured: Measured;
  /** Of the partitions in the end. */
  readonly bytes: number;
}

/** Follows a day of four venues of so many trades each at each of the rhythms, minute by minute in simulated time. */
export async function followDays(folder: string, trades: number): Promise<LiveDay[]> {
  const days: LiveDay[] = [];
  for (const everyMinutes of EVERY) {
    days.push(await followDay(join(folder, `${everyMinutes}`), trades, everyMinutes));
  }
  return days;
}

/** The same at one rhythm. */
export async function followDay(directory: string, trades: number, everyMinutes: number): Promise<LiveDay> {
  let now = 0;
  const minutes = { from: 0, until: 21 * 60 + 1 };
  await using exchange = await startReplica({
    days: VENUES.map((venue) => ({ venue, date: DATE, trades, minutes })),
    daily: true,
    live: true,
    now: () => now,
  });
  await using clock = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    now = Number(new URL(url).pathname.slice(1));
    return new Response();
  });
  const tick = `http://127.0.0.1:${clock.addr.port}`;
  const args = [directory, exchange.apiUrl, tick, `${everyMinutes}`, ...VENUES];
  const measured = await runJobAsShipped("live", ...args);
  const layout = new Layout(directory);
  const sizes = VENUES.map((venue) => Deno.statSync(layout.partition(TRADES_BY_DAY, venue, DATE)).size);
  Deno.removeSync(directory, { recursive: true });
  return { everyMinutes, measured, bytes: sizes.reduce((sum, size) => sum + size) };
}

/** What is printed of them. */
export function liveLinesOf(days: readonly LiveDay[], trades: number): Line[] {
  const what = `i  a day of ${VENUES.length} × ${trades.toLocaleString("en")} trades, asked for each minute`;
  return days.flatMap(({ everyMinutes, measured, bytes }, i) => {
    const isDefault = everyMinutes === DEFAULT_MINUTES;
    return [
      {
        what: `${i === 0 ? what : "  "}, published every ${everyMinutes} min`,
        values: [measured.cpuSeconds],
        unit: "CPU-s",
      },
      { what: "     publications", values: [measured.rows], unit: "times" },
      {
        what: "     all bytes written ÷ size of the day",
        values: [measured.bytes / bytes],
        unit: "×",
        decimals: 1,
        ...(isDefault ? { target: { atMost: TARGET.written } } : {}),
      },
    ];
  });
}
