import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import type { Quote } from "../../scripts/replica/quotes/quote.ts";
import { generateQuotes, type QuoteDaySpec } from "../../scripts/replica/quotes/quote_day.ts";
import { writeTruth } from "../../scripts/replica/truth.ts";
import { knownVenues } from "../../src/feed/venue.ts";
import { configureLog } from "../../src/log/setup.ts";
import { writeAllSync } from "../../src/system/atomic.ts";
import { TRUTH_COLUMNS } from "../collect/quotes/hours.ts";
import { assertMarksAgree } from "../derive/quotes/quote_judge.ts";
import { filesBelow } from "../e2e/disk.ts";
import { type Database, duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { everyRound } from "./extent.ts";
import { simulateDay, type SimulatedDay } from "./simulated_day.ts";

const DATE = "2026-09-01";
/** A whole trading day, with a tenth of the real rows; of the sample forty minutes, with fewer. */
const EXTENT = everyRound
  ? { minutes: undefined, from: "2026-08-31T23:20", until: "2026-09-01T21:25", trades: 20_000, share: 0.1 }
  : {
    minutes: { from: 465, until: 505 },
    from: "2026-09-01T07:58",
    until: "2026-09-01T08:45",
    trades: 600,
    share: 0.003,
  };
const { minutes } = EXTENT;
const TRADES: DaySpec[] = knownVenues().map((venue) => ({
  venue,
  date: DATE,
  trades: EXTENT.trades,
  minutes,
}));
const QUOTES: QuoteDaySpec[] = Object.entries({ "DGAT-pretrade": 119_738, "DFRA-pretrade": 90_000 }).map((
  [service, rows],
) => ({ service, date: DATE, rows: Math.round(rows * EXTENT.share), minutes }));
/** Memory counts from here on: before it the first hours of the day are empty. */
const SETTLED = Date.parse("2026-09-01T09:00Z");
const MEMORY_GROWTH = 1.3;
const LINES_OF_A_PIECE = 10_000;

Deno.test(
  `${
    everyRound ? "a whole trading day" : "forty minutes"
  } of Tradegate's and Frankfurt's quotes beside the trades of four ` +
    "venues, live under the exchange's quota, in virtual time: nothing is lost, no trade comes later than without quotes" +
    (everyRound ? ", and memory is flat" : ""),
  async () => {
    using dir = temporaryDirectory();
    using log = quietLog();
    const memory: number[] = [];
    const day: SimulatedDay = {
      ...EXTENT,
      days: TRADES,
      quotes: QUOTES,
      onCycle: (now) => now >= SETTLED && memory.push(Deno.memoryUsage().rss),
    };
    for (const part of ["alone", "both"]) Deno.mkdirSync(dir.of(part));
    const alone = await simulateDay(dir.of("alone"), { ...day, quotes: [] });
    memory.length = 0;
    const both = await simulateDay(dir.of("both"), day);
    assert.deepEqual([alone.failures, both.failures, log.errors], [[], [], []]);

    const later = [...alone.arrivals].filter(([name, at]) => both.arrivals.get(name)! > at);
    assert.deepEqual(later, [], "trades that came later than without quotes");
    assert.equal(
      [...both.arrivals.keys()].filter((name) => name.includes("posttrade")).length,
      alone.arrivals.size,
    );

    await assertStoresTruth(dir.of("both/work"), {
      writeTruth: (to, except = new Set()) => writeTruth(to, TRADES, (name) => !except.has(name)),
    });
    const quotes = await assertHoursHold(dir.of("both/work"));
    for (const venue of ["DGAT", "DFRA"]) {
      const marks = await assertMarksAgree(dir.of("both/work"), venue, DATE, "2026-09-01 08:15:00");
      assert.ok(marks.every((count) => count > 0), `${venue}: ${marks}`);
    }
    assert.deepEqual(
      filesBelow(dir.of("both/work/data/de/xetra/raw")).filter((path) => path.includes("pretrade")),
      [],
    );
    console.log(`${both.arrivals.size} files, ${quotes} quotes`);
    if (everyRound) assertFlat(memory);
  },
);

/** Asserts hour by hour that what is stored is what was published, by EXCEPT ALL both ways; returns how many rows. */
async function assertHoursHold(dir: string): Promise<number> {
  using db = await duckdb();
  using scratch = temporaryDirectory();
  let rows = 0;
  for (const spec of QUOTES) {
    for (const [hour, quotes] of hoursOf(spec)) {
      const lines = new Set(quotes.map((quote) => JSON.stringify(quote)));
      writeLines(scratch.of("truth"), [...lines]);
      const [date, clock] = hour.split("T");
      const [year, month, day] = date.split("-");
      const venue = spec.service.slice(0, 4);
      const folder = `venue=${venue}/year=${year}/month=${month}/day=${day}/hour=${clock}`;
      await assertSame(
        db,
        `${dir}/data/de/xetra/quotes/${folder}/quotes.parquet`,
        scratch.of("truth"),
        `${venue} ${hour}`,
      );
      rows += lines.size;
    }
  }
  return rows;
}

/** In pieces, since the lines of a busy hour are longer than a string can be. */
function writeLines(path: string, lines: readonly string[]): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (let from = 0; from < lines.length; from += LINES_OF_A_PIECE) {
    const piece = lines.slice(from, from + LINES_OF_A_PIECE).join("\n");
    writeAllSync(file, new TextEncoder().encode(`${piece}\n`));
  }
}

async function assertSame(db: Database, stored: string, truth: string, what: string): Promise<void> {
  const due = `SELECT * FROM read_json('${truth}', format = 'newline_delimited', columns = ${TRUTH_COLUMNS})`;
  const there = `SELECT * FROM read_parquet('${stored}', hive_partitioning = false)`;
  for (const [one, other] of [[due, there], [there, due]]) {
    const rows = await db.rows(`FROM (${one} EXCEPT ALL ${other}) LIMIT 2`);
    assert.deepEqual(rows, [], `${what}: in ${one === due ? "the truth" : "the store"} only`);
  }
}

/** The quotes of a day hour by hour, each hour's together. */
function* hoursOf(spec: QuoteDaySpec): Generator<[hour: string, quotes: Quote[]]> {
  let [current, quotes]: [string, Quote[]] = ["", []];
  for (const file of generateQuotes(spec)) {
    if (file.hour !== current) {
      if (current !== "") yield [current, quotes];
      [current, quotes] = [file.hour, []];
    }
    quotes.push(...file.quotes);
  }
  yield [current, quotes];
}

/** The mean of the last quarter of the day is hardly more than that of the first. */
function assertFlat(memory: readonly number[]): void {
  const quarter = Math.floor(memory.length / 4);
  const mean = (part: readonly number[]) => part.reduce((sum, rss) => sum + rss, 0) / part.length;
  const [early, late] = [mean(memory.slice(0, quarter)), mean(memory.slice(-quarter))];
  assert.ok(
    late < early * MEMORY_GROWTH,
    `${megabytes(early)} MB in the morning, ${megabytes(late)} MB in the evening`,
  );
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** Keeps what the program says to itself, but for errors. */
function quietLog(): Disposable & { readonly errors: string[] } {
  const errors: string[] = [];
  const log = configureLog({
    level: "ERROR",
    stderr: { write: (line) => void errors.push(line), colour: false, journald: false },
    clock: () => 0,
  });
  return { errors, [Symbol.dispose]: () => void log.close() };
}
