import assert from "node:assert/strict";
import fc from "fast-check";
import { timeStamps } from "../../src/log/stamp.ts";

function stampsOf(timeZone: string, instants: readonly string[]): string[] {
  return instants.map((instant) => Date.parse(instant)).map(timeStamps(timeZone));
}

Deno.test("timeStamps() writes the wall clock of its zone, to the millisecond", () => {
  const instant = "2025-12-01T19:39:08.993Z";
  assert.deepEqual(stampsOf("Europe/Berlin", [instant]), ["2025-12-01 20:39:08.993"]);
  assert.deepEqual(stampsOf("UTC", [instant]), ["2025-12-01 19:39:08.993"]);
  assert.deepEqual(stampsOf("America/New_York", [instant]), ["2025-12-01 14:39:08.993"]);
  assert.deepEqual(stampsOf("Asia/Kolkata", [instant]), ["2025-12-02 01:09:08.993"]);
});

Deno.test("timeStamps() follows the clocks when they are put forward and back", () => {
  assert.deepEqual(
    stampsOf("Europe/Berlin", [
      "2026-03-29T00:59:59.999Z",
      "2026-03-29T01:00:00.000Z",
      "2026-10-25T00:59:59.999Z",
      "2026-10-25T01:00:00.000Z",
    ]),
    [
      "2026-03-29 01:59:59.999",
      "2026-03-29 03:00:00.000",
      "2026-10-25 02:59:59.999",
      "2026-10-25 02:00:00.000",
    ],
  );
});

Deno.test("timeStamps() is right in any order of instants, as when a clock is set back", () => {
  const millis = fc.integer({ min: Date.parse("1990-01-01"), max: Date.parse("2090-01-01") });
  const zone = fc.constantFrom("Europe/Berlin", "UTC", "Australia/Lord_Howe", "Africa/Casablanca");
  fc.assert(fc.property(zone, fc.array(millis), (timeZone, instants) => {
    const stamp = timeStamps(timeZone);
    for (const instant of instants) {
      const time = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
      const wallClock = time.toPlainDateTime().toString({ fractionalSecondDigits: 3 });
      assert.equal(stamp(instant), wallClock.replace("T", " "));
    }
  }));
});

Deno.test("timeStamps() throws a RangeError for an unknown zone", () => {
  assert.throws(() => timeStamps("Europe/Atlantis"), RangeError);
});
