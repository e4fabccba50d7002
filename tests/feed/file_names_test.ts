import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clockOf,
  dailyFile,
  dateNamed,
  fileNamed,
  isDate,
  listedFile,
  minuteFile,
  oddFile,
} from "../../src/feed/file_names.ts";

Deno.test("listedFile() knows the forms in which a name is listed", () => {
  const minute = minuteFile("DETR", "2025-11-03", 8 * 60 + 4);
  assert.equal(minute.name, "DETR-posttrade-2025-11-03T08_04.json.gz");
  assert.deepEqual(listedFile("DETR-posttrade-2025-11-03T08_04.json.gz", "DETR"), minute);
  assert.deepEqual(listedFile("DETR-posttrade-2025-11-02-2025-11-03T08_04.json.gz", "DETR"), minute);
  assert.deepEqual(listedFile("-2025-11-03T08_04.json.gz", "DETR"), minute);
  assert.deepEqual(
    listedFile("DETR-posttrade-daily-2026-09-17.json.gz", "DETR"),
    {
      kind: "daily",
      venue: "DETR",
      service: "posttrade",
      date: "2026-09-17",
      name: "DETR-posttrade-daily-2026-09-17.json.gz",
      servedAs: ["DETR-posttrade-daily-2026-09-17.json.gz"],
    },
  );
});

Deno.test("listedFile() reads midnight's name as the daily file of its date, which is requested by both names", () => {
  const midnight = "DETR-posttrade-2026-daily-09-25.json.gz";
  const daily = dailyFile("DETR", "2026-09-25");
  const file = { ...daily, servedAs: [midnight, daily.name] };
  assert.deepEqual(listedFile(midnight, "DETR"), file);
  assert.deepEqual(fileNamed(midnight), file);
  assert.equal(listedFile("DETR-posttrade-2026-daily-02-30.json.gz", "DETR"), null);
});

Deno.test("listedFile() refuses a name that does not match the grammar as a whole", () => {
  for (
    const name of [
      "",
      "DETR-posttrade-2025-11-03T08_04.json",
      "DETR-posttrade-2025-11-03T08_04.json.gz.part",
      " DETR-posttrade-2025-11-03T08_04.json.gz",
      "../DETR-posttrade-2025-11-03T08_04.json.gz",
      "DETR-pretrade-2025-11-03T08_04.json.gz",
      "DETR-posttrade-2025-02-30T08_04.json.gz",
      "DETR-posttrade-2025-11-03T24_00.json.gz",
      "DETR-posttrade-2025-11-03T08_60.json.gz",
      "DETR-posttrade-daily-2025-13-01.json.gz",
      "DETR-posttrade-2025-11-03T08_04.json.gz\n",
    ]
  ) assert.equal(listedFile(name, "DETR"), null, name);
});

Deno.test("listedFile() reads the names of any service, each only in its own listing", () => {
  for (const service of ["pretrade", "pretradeOthers", "pretradeMDOptions"]) {
    const [minute, daily] = [
      minuteFile("DEUR", "2026-09-01", 514, service),
      dailyFile("DEUR", "2026-09-01", service),
    ];
    assert.deepEqual(
      [minute, daily].map(({ name }) => name),
      [`DEUR-${service}-2026-09-01T08_34.json.gz`, `DEUR-${service}-daily-2026-09-01.json.gz`],
    );
    assert.deepEqual(listedFile(minute.name, "DEUR", service), minute);
    assert.deepEqual(listedFile("-2026-09-01T08_34.json.gz", "DEUR", service), minute);
    assert.deepEqual(listedFile(daily.name, "DEUR", service), daily);
    assert.deepEqual([minute, daily].map(({ name }) => listedFile(name, "DEUR")), [null, null]);
  }
});

Deno.test("listedFile() refuses another venue's name", () => {
  assert.equal(listedFile("DFRA-posttrade-2025-11-03T08_04.json.gz", "DETR"), null);
  assert.equal(listedFile("DFRA-posttrade-daily-2025-11-03.json.gz", "DETR"), null);
});

Deno.test("oddFile() accepts a name of no known form that begins with the service and has a date, and uses the last of several dates", () => {
  const dates = {
    "DETR-posttrade-2026-09-01T16_xx.json.gz": "2026-09-01",
    "DETR-posttrade-2023-11-03T08:04.json.gz": "2023-11-03",
    "DETR-posttrade-20260901T0834.json.gz": "2026-09-01",
    "DETR-posttrade-2026_09_01.ndjson.gz": "2026-09-01",
    "DETR_posttrade_2026-09-01_part2.gz": "2026-09-01",
    "DETR-posttrade-2026-08-31-2026-09-01T25_00.json.gz": "2026-09-01",
    "DETR-posttrade-2026-09-01T08_34-1.json.gz": "2026-09-01",
  };
  for (const [name, date] of Object.entries(dates)) {
    const file = { kind: "odd", venue: "DETR", service: "posttrade", date, name, servedAs: [name] };
    assert.deepEqual(oddFile(name, "DETR"), file, name);
    assert.deepEqual(fileNamed(name), file, name);
    assert.equal(listedFile(name, "DETR"), null, name);
  }
});

Deno.test("oddFile() refuses known names and copies of them, other services, names without a date, and names that are unsafe for a file", () => {
  const known = "DETR-posttrade-2026-09-01T08_34.json.gz";
  for (
    const name of [
      known,
      `${known}.part`,
      `${known}.gz`,
      known.replace(".gz", ""),
      known.replace(".json.gz", ".json.sync-conflict-20260901-101112-ABCDEFG.gz"),
      "DETR-posttrade-2026-08-31-2026-09-01T08_34.json.gz",
      "DETR-posttrade-2026-daily-09-01.json.gz",
      "DETR-posttrade.gz",
      "DETR-posttrade-2026-02-30T08_xx.json.gz",
      "DETR-posttrade-123456789.json.gz",
      "DETR-posttradeOthers-2026-09-01T08_xx.json.gz",
      "DFRA-posttrade-2026-09-01T08_xx.json.gz",
      "x-DETR-posttrade-2026-09-01T08_xx.json.gz",
      "DETR-posttrade-2026-09-01T08_xx.json",
      "DETR-posttrade-2026-09-01/x.json.gz",
      "DETR-posttrade-2026-09-01..gz",
      "DETR-posttrade-2026-09-01T08_xx.json.gz\n",
      "DETR-posttrade-2026-09-01T08 xx.json.gz",
      "DETR-posttrade-2026-09-01%2f..%2fx.gz",
      "DETR-posttrade-2026-09-01~x.gz",
      `DETR-posttrade-2026-09-01${"x".repeat(200)}.gz`,
    ]
  ) assert.equal(oddFile(name, "DETR"), null, name);
});

Deno.test("dateNamed() finds the date in any name that has the service, also in one that no file can have", () => {
  assert.equal(
    dateNamed("https://example.com/DETR-posttrade-2026-09-01T08_00.json.gz", "DETR"),
    "2026-09-01",
  );
  assert.equal(dateNamed("detr.posttrade/20260901", "DETR"), "2026-09-01");
  assert.equal(dateNamed("../DETR-posttrade.2026-09-01", "DETR"), "2026-09-01");
  for (const time of ["T08341130", "T20341130", "-08341130"]) {
    assert.equal(dateNamed(`DETR-posttrade-2026-09-01${time}.json.gz`, "DETR"), "2026-09-01", time);
  }
  for (const name of ["DETR-posttrade.gz", "README-2026-09-01", "DETR-pretrade-2026-09-01.gz", ""]) {
    assert.equal(dateNamed(name, "DETR"), null, name);
  }
});

Deno.test("fileNamed() finds every file by its name, and only by its complete name", () => {
  const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  const minute = fc.option(fc.integer({ min: 0, max: 1439 }));
  const venue = fc.constantFrom("DETR", "DEUR", "DX0Z");
  const service = fc.constantFrom("posttrade", "pretrade", "pretradeOthers");
  fc.assert(fc.property(date, minute, venue, service, (date, minute, venue, service) => {
    const file = minute === null ? dailyFile(venue, date, service) : minuteFile(venue, date, minute, service);
    assert.deepEqual(fileNamed(file.name), file);
    assert.equal(fileNamed(file.name.slice(`${venue}-${service}`.length)), null);
    if (minute !== null) assert.equal(fileNamed(file.name.replace(service, `${service}-2026-09-01`)), null);
  }));
});

Deno.test("clockOf() writes a minute of the day as names do", () => {
  assert.equal(clockOf(0), "00_00");
  assert.equal(clockOf(1439), "23_59");
});

Deno.test("isDate() accepts only dates of the calendar", () => {
  assert.ok(isDate("2024-02-29"));
  for (const text of ["2025-02-29", "2025-2-1", "20250201", "2025-02-01T00:00", ""]) {
    assert.ok(!isDate(text), text);
  }
});
