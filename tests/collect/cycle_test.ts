import assert from "node:assert/strict";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { runCycle } from "../../src/collect/cycle.ts";
import { type Download, Exchange } from "../../src/feed/http/client.ts";
import { dailyFile, minuteFile, type SourceFile } from "../../src/feed/file_names.ts";
import { FakeClock } from "../feed/fake_clock.ts";
import { memoryQuota } from "../feed/memory_quota.ts";
import { at } from "./situations.ts";
import { lines, Venue } from "./daily_files.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";

const DATES = ["2026-08-31", "2026-09-01"];
const HOUR = 60 * 60_000;
const TIMES = DATES.flatMap((date) => ["09:00", "09:01", "09:02"].map((time) => `${date}T${time}`));

/** An exchange that answers with this listing and serves no file. */
class Listed extends Exchange {
  constructor(
    clock: FakeClock,
    readonly answer: () => Promise<readonly SourceFile[]>,
    readonly asked: string[],
  ) {
    super({
      base: new URL("http://127.0.0.1:1/"),
      fetch: () => Promise.reject(new Error("nothing is to be fetched")),
      clock,
      quota: memoryQuota(clock),
      random: () => 0,
      onRetry: () => {},
    });
  }

  override async list() {
    return { files: await this.answer(), skipped: [], absent: false };
  }

  override download<T>({ name }: SourceFile): Promise<Download<T>> {
    this.asked.push(name);
    return Promise.resolve({ kind: "failed", reason: "nothing is served" });
  }
}

function cycleOf(
  venue: Venue,
  answer: () => Promise<readonly SourceFile[]>,
  asked: string[] = [],
  oneAtATime = <T>(work: () => Promise<T>) => work(),
  clock = new FakeClock(),
  publishEveryMillis = 0,
) {
  return runCycle("DETR", {
    exchange: new Listed(clock, answer, asked),
    layout: venue.layout,
    clock,
    reconcile: true,
    createdBy: "a test",
    publishEveryMillis,
    oneAtATime,
    onPlanned: () => {},
    onOutcome: () => {},
    onProgress: () => {},
  }, new AbortController().signal);
}

const listing = () =>
  Promise.resolve(TIMES.map((time) => minuteFile("DETR", time.slice(0, 10), at(time.slice(11)))));

Deno.test("a cycle with nothing to do reads the footer of each listed date once, and that of a published date once more", async () => {
  using venue = new Venue();
  for (const [i, time] of TIMES.entries()) await venue.minute(time, lines(time, 3, 10 * i));
  assert.deepEqual(await openedIn(venue, () => cycleOf(venue, listing)), [1, 1]);
  const late = "2026-09-01T09:03";
  await venue.spoolMinute(late, lines(late, 3, 100));
  const [before, published] = await openedIn(venue, () => cycleOf(venue, listing));
  assert.deepEqual([before, published], [1, 4], "its footer, twice to publish, and the new footer");
  assert.equal((await venue.ids("2026-09-01")).length, 12);
});

Deno.test("a cycle leaves minutes in the spool until half an hour after the last publication: collected, and not yet stored", async () => {
  using venue = new Venue();
  const clock = new FakeClock();
  const cycle = (minutes: number) => {
    clock.millis = Date.now() + minutes * 60_000;
    return cycleOf(venue, listing, [], (work) => work(), clock, 30 * 60_000);
  };
  const [first, second, third] = TIMES;
  await venue.spoolMinute(first, lines(first, 3));
  assert.equal((await cycle(1)).heldBack, null, "the first of a date");
  await venue.spoolMinute(second, lines(second, 3, 10));
  await venue.spoolMinute(third, lines(third, 3, 20));
  const { heldBack, newestMinute, trades, pending } = await cycle(2);
  assert.deepEqual(heldBack?.names.map((name) => name.slice(-13, -8)), ["09_01", "09_02"]);
  assert.deepEqual([newestMinute, trades], [Date.parse(`${third}Z`), 0]);
  assert.deepEqual([...pending.keys()].filter((name) => name.includes(DATES[0])), []);
  assert.equal((await venue.ids(DATES[0])).length, 3);
  const due = await cycle(31);
  assert.deepEqual([due.heldBack, due.trades], [null, 6]);
  assert.equal((await venue.ids(DATES[0])).length, 9);
});

Deno.test("minutes without trades do not rewrite their day: they wait for trades, or for the end of the trading day", async () => {
  using venue = new Venue();
  const clock = new FakeClock();
  const partition = venue.layout.partition(TRADES_BY_DAY, "DETR", DATES[1]);
  /** At a time of the day the file of a quarter of an hour before arrives, and a cycle runs. */
  const cycle = async (time: string, minute: string, trades: number) => {
    clock.millis = Date.parse(`${DATES[1]}T${time}Z`);
    const now = new Date(clock.millis);
    const name = `${DATES[1]}T${minute}`;
    Deno.utimeSync((await venue.spoolMinute(name, lines(name, trades, at(minute)))).path, now, now);
    const { heldBack, findings } = await cycleOf(venue, listing, [], (work) => work(), clock, HOUR);
    if (findings.some(({ kind }) => kind === "stored")) Deno.utimeSync(partition, now, now);
    return [heldBack?.names.length ?? 0, heldBack && new Date(heldBack.until).toISOString().slice(11, 16)];
  };
  assert.deepEqual(await cycle("15:45", "15:30", 3), [0, null]);
  assert.deepEqual(await cycle("16:44", "16:29", 0), [1, "21:19"]);
  assert.deepEqual(await cycle("18:00", "17:45", 0), [2, "21:19"]);
  assert.deepEqual(await cycle("18:01", "17:46", 2), [0, null]);
  assert.equal(Object.keys(await venue.ledger(DATES[1])).length, 4);
  assert.deepEqual(await cycle("21:18", "21:00", 0), [1, "21:19"]);
  assert.deepEqual(await cycle("21:19", "21:01", 0), [0, null]);
  assert.equal(Object.keys(await venue.ledger(DATES[1])).length, 6);
});

Deno.test("a file that is not understood is reported in each cycle, without rewriting its date each time", async () => {
  using venue = new Venue();
  const clock = new FakeClock();
  const cycle = (minutes: number) => {
    clock.millis = Date.now() + minutes * 60_000;
    return cycleOf(venue, listing, [], (work) => work(), clock, 30 * 60_000);
  };
  const [first, second, third] = TIMES;
  Deno.utimeSync((await venue.spoolMinute(second, ['{"unheardOf": 1}'])).path, 0, 0);
  await venue.minute(first, lines(first, 3));
  await venue.spoolMinute(third, lines(third, 3, 10));
  for (const minutes of [1, 2]) {
    const { findings, heldBack } = await cycle(minutes);
    assert.deepEqual(findings.map(({ kind }) => kind), ["unrecognized"]);
    assert.deepEqual(heldBack?.names.map((name) => name.slice(-13, -8)), ["09_02"]);
  }
  const { findings, trades } = await cycle(31);
  assert.deepEqual(findings.map(({ kind }) => kind), ["unrecognized", "stored"]);
  assert.equal(trades, 3);
});

Deno.test("a file that arrived while its date was published is published in the next cycle, together with files that could wait", async () => {
  using venue = new Venue();
  const clock = new FakeClock();
  const [first, second, third] = TIMES;
  const missed = await venue.spoolMinute(second, lines(second, 3, 10));
  await venue.minute(first, lines(first, 3));
  Deno.utimeSync(missed.path, 0, 0);
  await venue.spoolMinute(third, lines(third, 3, 20));
  clock.millis = Date.now() + 60_000;
  const { heldBack, trades } = await cycleOf(venue, listing, [], (work) => work(), clock, 30 * 60_000);
  assert.deepEqual([heldBack, trades], [null, 6]);
});

Deno.test("the day's volume is judged by the footers that the cycle has already read", async () => {
  using venue = new Venue();
  for (const [i, time] of TIMES.entries()) await venue.minute(time, lines(time, 3, 10 * i));
  const clock = new FakeClock();
  clock.millis = Date.parse("2026-09-02T06:30:00Z");
  const judged = async () => (await cycleOf(venue, listing, [], (work) => work(), clock)).volume;
  let volume: Awaited<ReturnType<typeof judged>> = null;
  assert.deepEqual(await openedIn(venue, async () => volume = await judged()), [1, 1]);
  assert.deepEqual(volume, { date: DATES[1], trades: 9, usual: null });
});

Deno.test("files in the spool are published even when the listing fails, and the failure is thrown afterwards", async () => {
  using venue = new Venue();
  await venue.spoolMinute(TIMES[0], lines(TIMES[0], 3));
  const failure = new Error("no listing");
  await assert.rejects(cycleOf(venue, () => Promise.reject(failure)), (error) => error === failure);
  assert.deepEqual(await venue.ids(DATES[0]), [0, 1, 2]);
});

Deno.test("a date that cannot be published fails the cycle only when the others are done", async () => {
  using venue = new Venue();
  for (const time of [TIMES[0], TIMES[3]]) await venue.spoolMinute(time, lines(time, 3));
  const folder = dirname(venue.layout.partition(TRADES_BY_DAY, "DETR", DATES[0]));
  Deno.mkdirSync(dirname(folder), { recursive: true });
  Deno.writeTextFileSync(folder, "no folder");
  await assert.rejects(cycleOf(venue, () => Promise.resolve([])));
  assert.deepEqual(await venue.ids(DATES[1]), [0, 1, 2]);
});

Deno.test("minutes are not fetched when their daily file is in the spool but could not be published", async () => {
  using venue = new Venue();
  const daily = dailyFile("DETR", DATES[0]);
  await venue.spool.keep(daily, bodyOf(lines(TIMES[0], 3)));
  const asked: string[] = [];
  const full = new Error("the disk is full");
  const listed = async () => [...await listing(), daily];
  await assert.rejects(cycleOf(venue, listed, asked, () => Promise.reject(full)), (error) => error === full);
  assert.deepEqual(
    asked,
    (await listing()).map(({ name }) => name).filter((name) => name.includes(DATES[1])),
  );
});

async function* bodyOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from(gzipSync(lines.map((line) => `${line}\n`).join("")));
}

/** How often the partition of each date is opened during `work`. */
async function openedIn(venue: Venue, work: () => Promise<unknown>): Promise<number[]> {
  const paths = DATES.map((date) => venue.layout.partition(TRADES_BY_DAY, "DETR", date));
  const opened = paths.map(() => 0);
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    const date = paths.indexOf(String(path));
    if (date >= 0) opened[date]++;
    return openSync(path, options);
  };
  try {
    await work();
  } finally {
    Deno.openSync = openSync;
  }
  return opened;
}
