/**
 * `live.ts DIR API TICK EVERY VENUES`: the cycles of a daemon that asks each minute of a day and publishes at most every so
 * many minutes, and one on the next morning. Asks TICK before each, by which the replica knows the time. Its rows are the
 * publications, its bytes all that it has written, requests included.
 */
import { ON_TIME } from "../../../src/cli/daemon/rhythm.ts";
import { conclude } from "../../../src/cli/conclude.ts";
import { directOnThisMachine } from "../../../src/cli/direct_fetch.ts";
import { VERSION } from "../../../src/cli/version.ts";
import type { Tools } from "../../../src/collect/cycle.ts";
import { fetchVenue } from "../../../src/collect/fetch_venue.ts";
import { Exchange } from "../../../src/feed/http/client.ts";
import { Quota } from "../../../src/feed/quota.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { QuotaFile } from "../../../src/store/state/quota_file.ts";
import { ifThere } from "../../../src/system/atomic.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { DATE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const [directory, api, tick, every, ...venues] = Deno.args;
const MINUTE = 60_000;
const MIDNIGHT = Date.parse(`${DATE}T00:00:00Z`);
/** When names have appeared for two seconds; the morning after, when the daily files are there. */
const TIMES = [
  ...Array.from({ length: 24 * 60 }, (_, minute) => MIDNIGHT + minute * MINUTE + 2_000),
  MIDNIGHT + 30 * 60 * MINUTE,
];

let now = MIDNIGHT;
let publications = 0;
/** Waits are deadlines, and turns for others: they take the time that they take. */
const clock = { ...systemClock, now: () => now };
/** Four downloads a minute are far below the exchange's quota; here its minutes pass within seconds. */
const QUOTA = { requests: 1_000_000, windowMillis: MINUTE };
const layout = new Layout(directory);
const signal = new AbortController().signal;

await measure(async () => {
  const before = bytesWritten();
  for (now of TIMES) {
    await (await fetch(`${tick}/${now}`)).body?.cancel();
    const publishEveryMillis = now === TIMES.at(-1) ? 0 : ON_TIME * Number(every) * MINUTE;
    const tools = { ...toolsOf(), publishEveryMillis };
    await Promise.all(venues.map((venue) => cycle(venue, tools)));
  }
  return { rows: publications, bytes: bytesWritten() - before };
});

async function cycle(venue: string, tools: Tools): Promise<void> {
  const fetching = { patienceMillis: 0, version: VERSION, conclude };
  const { error } = await fetchVenue(venue, tools, fetching, signal);
  if (error !== null) throw new Error(`${venue} at ${new Date(now).toISOString()}: ${error}`);
}

function toolsOf(): Tools {
  const quota = new Quota(new QuotaFile(layout.quotaFile(), clock), clock, QUOTA);
  const fetch = directOnThisMachine();
  const nothing = () => {};
  return {
    exchange: new Exchange({
      base: new URL(`${api}/`),
      fetch,
      clock,
      quota,
      random: Math.random,
      onRetry: nothing,
    }),
    layout,
    clock,
    reconcile: true,
    createdBy: "benchmark",
    oneAtATime: queue(),
    onPlanned: nothing,
    onOutcome: nothing,
    onProgress: nothing,
  };
}

/** One work after the other; what one has published is as old as the time that is simulated. */
function queue(): Tools["oneAtATime"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work).finally(tellTheTime);
    last = done.catch(() => {});
    return done;
  };
}

function tellTheTime(): void {
  for (const venue of venues) {
    const path = layout.partition(TRADES_BY_DAY, venue, DATE);
    const written = ifThere(() => Deno.statSync(path))?.mtime?.getTime() ?? 0;
    if (written <= now) continue;
    publications++;
    Deno.utimeSync(path, new Date(now), new Date(now));
  }
}

/** By write(2) and its like, of this process. */
function bytesWritten(): number {
  return Number(/^wchar: (\d+)$/m.exec(Deno.readTextFileSync("/proc/self/io"))![1]);
}
