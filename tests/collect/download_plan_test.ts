import assert from "node:assert/strict";
import fc from "fast-check";
import { byTradingDay, creditsOf, planDownloads } from "../../src/collect/download_plan.ts";
import { dailyFile, minuteFile, oddFile } from "../../src/feed/file_names.ts";
import { tradingDayOf } from "../../src/feed/calendar/trading_day.ts";
import { at, minutesOf, namesOf, situation } from "./situations.ts";

// A Tuesday of summer: DETR trades from 07:00 to 15:40 UTC.
const DATE = "2026-09-01";
const DAILY = dailyFile("DETR", DATE);

Deno.test("planDownloads() is empty when nothing is listed, or nothing new", () => {
  const listed = [...minutesOf(DATE, "09:00", 30), DAILY];
  assert.deepEqual(planDownloads(situation([])), []);
  assert.deepEqual(planDownloads(situation(listed, { seen: namesOf(...listed) })), []);
});

Deno.test("planDownloads() fetches 20 missing minutes one by one, then the daily file", () => {
  const missing = minutesOf(DATE, "09:00", 20);
  const plan = planDownloads(situation([DAILY, ...missing]));
  assert.deepEqual(plan, [...missing, DAILY]);
});

Deno.test("planDownloads() fetches the daily file in place of 21 missing minutes", () => {
  const missing = minutesOf(DATE, "09:00", 21);
  assert.deepEqual(planDownloads(situation([DAILY, ...missing])), [DAILY]);
  const without = situation([DAILY, ...missing], { reconcile: false });
  assert.deepEqual(planDownloads(without), [DAILY]);
});

Deno.test("planDownloads() counts only what is missing, and credits only that", () => {
  const [stored, missing] = [minutesOf(DATE, "09:00", 500), minutesOf(DATE, "08:00", 20)];
  const known = { seen: namesOf(...stored) };
  assert.deepEqual(
    planDownloads(situation([...stored, ...missing, DAILY], known)),
    [...missing, DAILY],
  );
  const more = [...minutesOf(DATE, "07:59", 1), ...missing];
  const many = situation([...stored, ...more, DAILY], known);
  assert.deepEqual(planDownloads(many), [DAILY]);
  assert.deepEqual(creditsOf(DAILY, many), more);
});

Deno.test("planDownloads() without a daily file fetches all minutes", () => {
  const missing = minutesOf(DATE, "09:00", 100);
  for (const known of [{ seen: namesOf(DAILY) }, { givenUp: namesOf(DAILY) }]) {
    assert.deepEqual(planDownloads(situation([...missing, DAILY], known)), missing);
  }
  assert.deepEqual(planDownloads(situation(missing)), missing);
});

Deno.test("planDownloads() fetches the daily file of a complete day to reconcile it, unless told not to", () => {
  const stored = minutesOf(DATE, "09:00", 3);
  const known = { seen: namesOf(...stored) };
  assert.deepEqual(planDownloads(situation([...stored, DAILY], known)), [DAILY]);
  assert.deepEqual(planDownloads(situation([...stored, DAILY], { ...known, reconcile: false })), []);
});

Deno.test("planDownloads() requests files of odd names after all others, and only as many as this cycle may", () => {
  const odd = Array.from(
    { length: 5 },
    (_, i) => oddFile(`DETR-posttrade-2026-08-31T16_x${i}.json.gz`, "DETR")!,
  );
  const known = minutesOf(DATE, "09:00", 2);
  const listed = [...odd, ...known];
  const plan = planDownloads(situation(listed, { oddLeft: 3 }));
  assert.deepEqual(plan, [...known, ...odd.slice(0, 3)]);
  assert.deepEqual(byTradingDay(plan), [known, odd.slice(0, 3)]);
  const later = { seen: namesOf(...known, odd[0]), givenUp: namesOf(odd[2]) };
  assert.deepEqual(planDownloads(situation(listed, later)), [odd[1], odd[3], odd[4]]);
  assert.deepEqual(planDownloads(situation(listed, { ...later, oddLeft: 0 })), []);
});

Deno.test("planDownloads() does not request what was given up, but lets a daily file account for it", () => {
  const [lost, other] = minutesOf(DATE, "09:00", 2);
  const givenUp = namesOf(lost);
  assert.deepEqual(planDownloads(situation([lost, other], { givenUp })), [other]);
  const both = situation([lost, other, DAILY], { givenUp });
  assert.deepEqual(planDownloads(both), [other, DAILY]);
  assert.deepEqual(creditsOf(DAILY, both), [lost, other]);
  const many = minutesOf(DATE, "10:00", 21);
  const plan = planDownloads(situation([DAILY, ...many], { givenUp: namesOf(...many) }));
  assert.deepEqual(plan, [DAILY]);
});

Deno.test("planDownloads() starts with the oldest trading day, and within a day with the trading hours", () => {
  const before = minutesOf("2026-08-31", "06:59", 2);
  const [dawn, dusk] = [minutesOf(DATE, "06:59", 2), minutesOf(DATE, "15:39", 2)];
  const plan = planDownloads(situation([DAILY, ...dusk, ...dawn, ...before]));
  assert.deepEqual(plan, [
    before[1],
    before[0],
    ...[dawn[1], dusk[0], dawn[0], dusk[1]],
    DAILY,
  ]);
});

Deno.test("planDownloads() counts each day separately: two days with 20 missing minutes each are fetched by minute", () => {
  const days = ["2026-08-31", DATE].map((date) => ({
    file: dailyFile("DETR", date),
    minutes: minutesOf(date, "09:00", 20),
  }));
  const plan = planDownloads(situation(days.flatMap(({ file, minutes }) => [file, ...minutes])));
  assert.deepEqual(plan, days.flatMap(({ file, minutes }) => [...minutes, file]));
});

/** Files of two venue days and the hours around them, each listed, seen and given up or not. */
const anySituation = fc.record({
  listed: fc.uniqueArray(
    fc.oneof(
      {
        weight: 20,
        arbitrary: fc.tuple(fc.constantFrom("2026-08-31", DATE), fc.integer({ min: 0, max: 1439 })),
      },
      fc.tuple(fc.constantFrom("2026-08-31", DATE, "2026-09-02"), fc.constant(null)),
    ).map(([date, minute]) => minute === null ? dailyFile("DETR", date) : minuteFile("DETR", date, minute)),
    { selector: ({ name }) => name, maxLength: 80 },
  ),
  seen: fc.func(fc.constantFrom(true, false, false)),
  givenUp: fc.func(fc.constantFrom(true, false, false, false)),
  reconcile: fc.boolean(),
}).map(({ listed, seen, givenUp, reconcile }) =>
  situation(listed, {
    seen: namesOf(...listed.filter(({ name }) => seen(name))),
    givenUp: namesOf(...listed.filter(({ name }) => givenUp(name))),
    reconcile,
  })
);

Deno.test("planDownloads() misses no file: each is seen, given up, a step, or credited by a step, and none is two steps", () => {
  fc.assert(fc.property(anySituation, (situation) => {
    const plan = planDownloads(situation);
    const steps = namesOf(...plan);
    const credited = namesOf(
      ...plan.filter(({ kind }) => kind === "daily").flatMap((file) => creditsOf(file, situation)),
    );
    assert.equal(steps.size, plan.length);
    for (const { name, kind } of situation.listed) {
      const known = situation.seen.has(name) || situation.givenUp.has(name);
      assert.ok(!(known && steps.has(name)), `${name} is asked for again`);
      const isLeftOut = kind === "daily" && !situation.reconcile;
      assert.ok(known || isLeftOut || steps.has(name) || credited.has(name), `${name} is missed`);
    }
    for (const name of steps) assert.ok(situation.listed.some((file) => file.name === name));
    for (const name of credited) assert.ok(!situation.seen.has(name));
  }));
});

Deno.test("planDownloads() requests more than 20 minutes of a day only if there is no daily file to request", () => {
  fc.assert(fc.property(anySituation, (situation) => {
    const days = byTradingDay(planDownloads(situation));
    const dates = days.map(([file]) => tradingDayOf(file));
    assert.deepEqual(dates, [...new Set(dates)].sort());
    for (const [i, day] of days.entries()) {
      const { name } = dailyFile("DETR", dates[i]);
      const isThere = situation.listed.some((file) => file.name === name) && !situation.seen.has(name) &&
        !situation.givenUp.has(name);
      assert.ok(!isThere || day.filter(({ kind }) => kind === "minute").length <= 20);
    }
  }));
});

Deno.test("byTradingDay() keeps the order, and groups the files of a day", () => {
  const late = minuteFile("DETR", "2026-08-31", at("22:30"));
  const [first, second] = [minuteFile("DETR", "2026-08-31", 0), late];
  assert.deepEqual(byTradingDay([first, second, DAILY]), [[first], [second, DAILY]]);
  assert.deepEqual(byTradingDay([]), []);
  const odd = oddFile("DETR-posttrade-2026-08-31T16_xx.json.gz", "DETR")!;
  assert.deepEqual(byTradingDay([first, DAILY, odd]), [[first], [DAILY], [odd]]);
});

Deno.test("creditsOf() a daily file returns the listed minutes of its trading day that are not seen", () => {
  const late = minuteFile("DETR", "2026-08-31", at("22:00"));
  const others = [minuteFile("DETR", "2026-08-31", at("21:59")), minuteFile("DETR", DATE, at("22:00"))];
  const [seen, unseen] = minutesOf(DATE, "09:00", 2);
  const listed = [...others, late, seen, unseen, DAILY];
  assert.deepEqual(creditsOf(DAILY, { listed, seen: namesOf(seen) }), [late, unseen]);
});
