import assert from "node:assert/strict";
import {
  consolidateEndedMonths,
  type ConsolidationTools,
  planConsolidation,
} from "../../../src/collect/maintain/consolidate.ts";
import {
  isWholeMonth,
  type Lacks,
  lacksInWords,
  lastEndedMonth,
  type MonthState,
  storedMonths,
} from "../../../src/collect/maintain/month_state.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { readMonth } from "../../../src/store/month/stored_month.ts";
import { writePending } from "../../../src/store/state/pending_record.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { publish } from "../../store/parquet_files.ts";
import { trade } from "../../store/trades.ts";

const WHOLE: Lacks = { ended: true, missing: [], awaited: 0 };
const DAY = { date: "2026-09-01", rows: 3, digest: "a".repeat(64) };
const STATE: MonthState = { month: "2026-09", days: [DAY], stored: null, lacks: WHOLE };
/** Wednesday, 7 October 2026. */
const NOW = Date.parse("2026-10-07T12:00:00Z");
const SIGNAL = new AbortController().signal;

Deno.test("planConsolidation() makes a month that has no file, or whose days have changed", () => {
  const plan = (state: Partial<MonthState>) => planConsolidation({ ...STATE, ...state }, isWholeMonth).kind;
  assert.equal(plan({}), "consolidate");
  assert.equal(plan({ stored: { rows: 3, days: [DAY] } }), "unchanged");
  assert.equal(plan({ stored: { rows: 3, days: [{ ...DAY, digest: "b".repeat(64) }] } }), "consolidate");
  assert.equal(plan({ stored: { rows: 3, days: [DAY, { ...DAY, date: "2026-09-02" }] } }), "consolidate");
  assert.equal(plan({ days: [] }), "nothing");
});

Deno.test("planConsolidation() leaves out a month that lacks more than the caller tolerates, and always an unchanged one", () => {
  const lacking: Lacks[] = [
    { ...WHOLE, ended: false },
    { ...WHOLE, missing: ["2026-09-02"] },
    { ...WHOLE, awaited: 1 },
  ];
  for (const lacks of lacking) {
    assert.equal(planConsolidation({ ...STATE, lacks }, isWholeMonth).kind, "incomplete");
    assert.equal(planConsolidation({ ...STATE, lacks }, () => true).kind, "consolidate");
    const stored = { rows: 3, days: [DAY] };
    assert.equal(planConsolidation({ ...STATE, lacks, stored }, isWholeMonth).kind, "unchanged");
  }
});

Deno.test("lacksInWords() names everything that a month lacks, and is empty for a complete month", () => {
  assert.equal(lacksInWords(WHOLE), "");
  assert.equal(
    lacksInWords({ ended: false, missing: ["2026-09-02", "2026-09-03"], awaited: 2 }),
    "it is not over yet; nothing is stored of 2026-09-02, 2026-09-03; 2 listed files not stored yet",
  );
});

Deno.test("lastEndedMonth() is the previous month in UTC, also in January", () => {
  assert.equal(lastEndedMonth(Date.parse("2026-10-01T00:00:00Z")), "2026-09");
  assert.equal(lastEndedMonth(Date.parse("2026-09-30T23:59:59Z")), "2026-08");
  assert.equal(lastEndedMonth(Date.parse("2027-01-31T12:00:00Z")), "2026-12");
});

Deno.test("consolidateEndedMonths() makes each month that has ended once, and again when a day was added, although other days have no data", async () => {
  using venue = temporaryVenue();
  for (const date of ["2026-08-03", "2026-08-04", "2026-09-01", "2026-10-06"]) await venue.store(date);
  assert.deepEqual(storedMonths(venue.tools.layout, "DETR"), ["2026-08", "2026-09", "2026-10"]);
  const first = await venue.consolidate();
  assert.deepEqual(first.map(({ month, kind }) => [month, kind]), [
    ["2026-08", "consolidated"],
    ["2026-09", "consolidated"],
  ]);
  const second = await venue.consolidate();
  assert.deepEqual(second.map(({ kind }) => kind), ["unchanged", "unchanged"]);
  await venue.store("2026-08-05");
  const third = await venue.consolidate();
  assert.deepEqual(third.map(({ kind }) => kind), ["consolidated", "unchanged"]);
  assert.equal(
    (await readMonth(venue.tools.layout.partition(TRADES_BY_MONTH, "DETR", "2026-08"), TRADES))!.rows,
    3,
  );
});

Deno.test("consolidateEndedMonths() waits while a listed file of the month is not stored, but not for a lost one", async () => {
  using venue = temporaryVenue();
  await venue.store("2026-09-30");
  const pend = (absentCycles: number) =>
    writePending(
      venue.tools.layout.pendingRecord("DETR"),
      new Map([["DETR-posttrade-2026-09-30T15_00.json.gz", { absentCycles, reason: "404" }]]),
    );
  await pend(2);
  assert.deepEqual((await venue.consolidate()).map(({ kind }) => kind), ["incomplete"]);
  await pend(3);
  assert.deepEqual((await venue.consolidate()).map(({ kind }) => kind), ["consolidated"]);
});

Deno.test("consolidateEndedMonths() refuses a month with a damaged day, and makes the others", async () => {
  using venue = temporaryVenue();
  for (const date of ["2026-08-03", "2026-09-01"]) await venue.store(date);
  const path = venue.tools.layout.partition(TRADES_BY_DAY, "DETR", "2026-08-03");
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.with(50, bytes[50] ^ 1));
  const [august, september] = await venue.consolidate();
  assert.ok(august.kind === "refused" && august.message.startsWith(path), JSON.stringify(august));
  assert.equal(september.kind, "consolidated");
});

Deno.test("consolidateEndedMonths() throws the reason of its signal, and nothing is written", async () => {
  using venue = temporaryVenue();
  await venue.store("2026-09-01");
  const reason = new Error("stop");
  await assert.rejects(consolidateEndedMonths("DETR", venue.tools, AbortSignal.abort(reason)), reason);
  assert.equal(
    await readMonth(venue.tools.layout.partition(TRADES_BY_MONTH, "DETR", "2026-09"), TRADES),
    null,
  );
});

/** A venue's stored days, on 7 October. */
function temporaryVenue() {
  const dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const tools: ConsolidationTools = {
    layout,
    clock: { now: () => NOW, monotonic: () => NOW, sleep: () => Promise.resolve() },
    isTradingDay: ({ dayOfWeek }) => dayOfWeek <= 5,
    createdBy: "a test",
    onProgress: () => {},
  };
  return {
    tools,
    store: (date: string) =>
      publish(layout.partition(TRADES_BY_DAY, "DETR", date), "08_34", [
        trade({ trading_date_time: `${date}T08:34:00Z` }),
      ]),
    consolidate: () => consolidateEndedMonths("DETR", tools, SIGNAL),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}
