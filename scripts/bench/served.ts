import { chromium } from "playwright-core";
import { MILLIS_PER_DAY } from "../../src/feed/calendar/dates.ts";
import { BARS_1D_ROWS } from "../../src/feed/records/bars.ts";
import type { Batch } from "../../src/feed/records/batch.ts";
import { take } from "../../src/feed/records/gather.ts";
import { columnIndex } from "../../src/feed/records/record_type.ts";
import { openIfThere } from "../../src/store/data_file.ts";
import { writeBatches } from "../../src/store/write_batches.ts";
import { BARS_1D, BARS_1M } from "../../src/store/datasets.ts";
import { batchOf } from "../../src/store/row_group.ts";
import { BARS_GROUP_ROWS } from "../../src/derive/bar_batches.ts";
import { barGroups } from "../../src/derive/stored_bars.ts";
import { runProgram } from "./fresh.ts";
import { DATE, VENUE } from "./raw_day.ts";
import type { Line } from "./table.ts";
import { type History, linkTo, VENUES } from "./years.ts";

/** The targets of the project's seventeenth issue. */
const TARGET = { paintMillis: 1_000, barsMillis: 100, megabytes: 120 };
const IDLE_MILLIS = 30_000;
const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CHROMIUM = "/usr/bin/chromium";

/** What was measured in one round. */
export interface ServedRound {
  /** Until something is painted; null where there is no browser. */
  readonly paint: number | null;
  /** Until the bars of a year have come. */
  readonly bars: number;
  /** Until the calendars of a year of all venues have come, asked for side by side as the page does. */
  readonly calendars: number;
  /** The same again. */
  readonly again: number;
  /** RSS when the first view has been seen, after the charts, after the calendars, and when V8 has tidied up after them. */
  readonly megabytes: Readonly<Record<"first" | "charts" | "calendars" | "idle", number>>;
}

/** Adds bars to a history: those of one real day in the place of every day's, and of the weekdays of each month. */
export async function addBars({ layout, dates }: History): Promise<void> {
  const directory = layout.workingDirectory;
  await runProgram("--wrk-dir", directory, "bars", VENUE, "--date", DATE);
  await runProgram("--wrk-dir", directory, "bars", VENUE, "--date", DATE, "--interval", "1d");
  const day = layout.partition(BARS_1M, VENUE, DATE);
  for (const venue of VENUES) for (const date of dates) linkTo(day, layout.partition(BARS_1M, venue, date));
  const bars = await batchesOf(layout.partition(BARS_1D, VENUE, DATE.slice(0, 7)));
  for (const [month, days] of Map.groupBy(dates, (date) => date.slice(0, 7))) {
    const file = layout.partition(BARS_1D, VENUE, month);
    await writeMonth(file, bars, days);
    for (const venue of VENUES) linkTo(file, layout.partition(BARS_1D, venue, month));
  }
}

async function batchesOf(path: string): Promise<Batch[]> {
  using file = openIfThere(path)!;
  return Array.from(await barGroups(path, file, BARS_1D_ROWS), batchOf);
}

/** Makes of the bars of one day those of all these days. */
async function writeMonth(path: string, bars: readonly Batch[], days: readonly string[]): Promise<void> {
  const type = BARS_1D_ROWS;
  const column = columnIndex(type, "trading_day");
  const numbers = days.map((date) => Date.parse(date) / MILLIS_PER_DAY);
  const linesOfGroup = Math.floor(BARS_GROUP_ROWS / days.length);
  const longer = async function* (): AsyncGenerator<Batch> {
    for (const day of bars) {
      for (let first = 0; first < day.rows; first += linesOfGroup) {
        const rows = Math.min(linesOfGroup, day.rows - first) * days.length;
        const batch = take(
          day,
          Uint32Array.from({ length: rows }, (_, row) => first + Math.floor(row / days.length)),
        );
        const values = Float64Array.from({ length: rows }, (_, row) => numbers[row % days.length]);
        yield { ...batch, columns: batch.columns.with(column, { kind: "number", values }) };
      }
    }
  };
  await writeBatches(path, longer(), () => new Map(), {
    type,
    createdBy: "benchmark",
    breathe: () => Promise.resolve(),
  });
}

/** Serves the history once, and asks as the page does. */
export async function runServedRound({ layout }: History): Promise<ServedRound> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-A",
      "--v8-flags=--max-semi-space-size=1",
      MAIN,
      "--wrk-dir",
      layout.workingDirectory,
      "serve",
      "--listen",
      "127.0.0.1:0",
    ],
    env: { DENO_V8_FLAGS: "--heap-growing-percent=15" }, // as in the unit
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    const url = await addressOf(child.stderr);
    const paint = await paintMillis(url);
    const first = residentMegabytes(child.pid);
    const { instruments } = await (await fetch(`${url}/api/instruments?venue=${VENUE}`)).json();
    const bars = await millisOf([`${url}/api/bars?venue=${VENUE}&isin=${instruments[0].isin}&to=${DATE}`]);
    const charts = residentMegabytes(child.pid);
    const year = `from=${Temporal.PlainDate.from(DATE).subtract({ years: 1 })}&to=${DATE}`;
    const addresses = VENUES.map((venue) => `${url}/api/coverage?venue=${venue}&${year}`);
    const [calendars, again] = [await millisOf(addresses), await millisOf(addresses)];
    const calendarsRss = residentMegabytes(child.pid);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MILLIS));
    const megabytes = { first, charts, calendars: calendarsRss, idle: residentMegabytes(child.pid) };
    return { paint, bars, calendars, again, megabytes };
  } finally {
    child.kill();
    await child.status;
  }
}

/** What is printed of the rounds. */
export function servedLinesOf(rounds: readonly ServedRound[], { dates }: History): Line[] {
  const of = (name: Exclude<keyof ServedRound, "megabytes">) => rounds.map((round) => round[name]);
  const resident = (name: keyof ServedRound["megabytes"]) => rounds.map(({ megabytes }) => megabytes[name]);
  return [
    {
      what: `s  first paint of the page, four venues of ${dates.length} dates`,
      values: of("paint"),
      unit: "ms",
      target: { atMost: TARGET.paintMillis },
    },
    {
      what: "   a year of an ISIN's bars of a day",
      values: of("bars"),
      unit: "ms",
      target: { atMost: TARGET.barsMillis },
    },
    { what: "   the calendars of a year of four venues", values: of("calendars"), unit: "ms" },
    { what: "   the same again", values: of("again"), unit: "ms" },
    { what: "   RSS after the first view", values: resident("first"), unit: "MB" },
    { what: "   RSS after charts", values: resident("charts"), unit: "MB" },
    {
      what: "   RSS after the calendars",
      values: resident("calendars"),
      unit: "MB",
      target: { atMost: TARGET.megabytes },
    },
    {
      what: "   RSS half a minute later",
      values: resident("idle"),
      unit: "MB",
      target: { atMost: TARGET.megabytes },
    },
  ];
}

/** Until all of these have come, asked for side by side. */
async function millisOf(addresses: readonly string[]): Promise<number> {
  const start = performance.now();
  await Promise.all(addresses.map(async (address) => {
    const response = await fetch(address);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
  }));
  return performance.now() - start;
}

/** By the browser's own clock; null where there is none. */
async function paintMillis(url: string): Promise<number | null> {
  try {
    Deno.statSync(CHROMIUM);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByText("last cycle").or(page.getByText("no daemon is running")).first().waitFor();
    await page.screenshot(); // on a busy machine the text is there before anything was painted
    return await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  } finally {
    await browser.close();
  }
}

async function addressOf(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const piece of stderr.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const [, url] = /Serving (http:\S+)\/\n/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`it does not serve: ${text}`);
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))!;
  return Number(kilobytes) / 1024;
}
