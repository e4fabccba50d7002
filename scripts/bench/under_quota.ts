import { join } from "node:path";
import { claim, FRESH, type QuotaLimit } from "../../src/feed/quota.ts";
import { startReplica } from "../replica/server.ts";
import { runProgram } from "./fresh.ts";
import { DATE, type RawDay, VENUE } from "./raw_day.ts";

/** The exchange's windows of a minute, at a thirtieth of their length: nobody waits for the real ones. */
export const QUOTA = { downloads: 30, seconds: 2 };
export const WINDOWS_A_MINUTE = 60 / QUOTA.seconds;
/** Five windows. */
const FILES_IN_A_ROW = 150;

/** A fetch by the program, from its start to its end. */
export interface Fetched {
  readonly seconds: number;
  /** Files that were fetched in the first second of downloading. */
  readonly inFirstSecond: number;
  /** Files in each window, between its beginning and the next one's. */
  readonly filesAWindow: number;
}

/** The 60 files of an hour. */
export function fetchHour(folder: string, { layout }: RawDay): Promise<Fetched> {
  const directory = layout.rawDay(VENUE, DATE);
  return fetchFiles(join(folder, "fetched-hour"), directory, namesIn(directory));
}

/** More files, to see whether one window after the other is used up. */
export function fetchManyFiles(folder: string, { layout }: RawDay): Promise<Fetched> {
  const directory = layout.rawDay(VENUE, DATE);
  return fetchFiles(join(folder, "fetched-files"), directory, namesIn(directory).slice(0, FILES_IN_A_ROW));
}

async function fetchFiles(
  workingDirectory: string,
  source: string,
  names: readonly string[],
): Promise<Fetched> {
  const files = new Map(names.map((name) => [name, Deno.readFileSync(join(source, name))]));
  await using replica = await startReplica({ days: [], files, quota: QUOTA });
  const quota = `${QUOTA.downloads}/${QUOTA.seconds}`;
  const options = ["--api-url", replica.apiUrl, "--quota", quota, "--wrk-dir", workingDirectory];
  const seconds = await runProgram("fetch-trades", VENUE, ...options);
  Deno.removeSync(workingDirectory, { recursive: true });
  const at = replica.requests.filter(({ place, status }) => place === "storage" && status === 200)
    .map(({ at }) => at);
  return {
    seconds,
    inFirstSecond: at.filter((time) => time < at[0] + 1000).length,
    filesAWindow: rate(at),
  };
}

/** By whole windows: from the first file of the first window to the first of the last one. */
function rate(at: readonly number[]): number {
  const windows = Math.floor((at.length - 1) / QUOTA.downloads);
  const files = windows * QUOTA.downloads;
  return files / ((at[files] - at[0]) / (QUOTA.seconds * 1000));
}

/** How long after the first request the program makes the last of so many, if each is answered at once. */
export function secondsUnder(limit: QuotaLimit, requests: number): number {
  let [state, now] = [FRESH, 0];
  for (let granted = 0; granted < requests;) {
    const claimed = claim(state, now, limit);
    state = claimed.state;
    now += claimed.wait;
    if (claimed.wait === 0) granted++;
  }
  return now / 1000;
}

function namesIn(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name).sort();
}
