import assert from "node:assert/strict";
import fc from "fast-check";
import type { PlainRow } from "../../../src/derive/plain_rows.ts";
import { closingQuotes } from "../../../src/derive/quotes/closing_quotes.ts";
import type { HourFiles } from "../../../src/derive/quotes/hour_groups.ts";
import { QUOTE_COLUMNS } from "../../../src/derive/quotes/quote_rows.ts";
import { quotesAt } from "../../../src/derive/quotes/quotes_at.ts";
import { changesWithin, sampledWithin } from "../../../src/derive/quotes/quotes_between.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";
import { plainAt, plainChanges, plainClose } from "./plain_quotes.ts";
import { publishQuotes, readDay } from "./quote_stores.ts";
import { DAY, instrumentQuotes } from "./quote_stories.ts";

const VENUE = "DGAT";
const FOREVER = { from: -(2n ** 63n), to: 2n ** 63n };
const nanosOf = (time: string) => Temporal.Instant.from(time).epochNanoseconds;

const ANY_ROWS = fc.tuple(...["DE0007164600", "US0378331005", "XS0000000009"].map(instrumentQuotes))
  .map((rows) => rows.flat());

Deno.test("made-up quotes, filled forward change by change, at a time and at the close, are those of a plain model", async () => {
  await fc.assert(
    fc.asyncProperty(ANY_ROWS, async (rows) => {
      using dir = temporaryDirectory();
      await publishQuotes(dir.path, VENUE, rows);
      const changes = await readDay(dir.path, VENUE, DAY, (files) => changesWithin(files, FOREVER));
      assert.deepEqual(inOrder(changes), inOrder(plainChanges(VENUE, rows, DAY)));
      for (const time of ["2026-09-01T06:34:00.000000001Z", "2026-09-01T07:00:00Z", "2026-09-01T20:00:00Z"]) {
        const at = await readDay(dir.path, VENUE, DAY, (files) => quotesAt(files, nanosOf(time)));
        assert.deepEqual(inOrder(at), inOrder(plainAt(VENUE, rows, DAY, nanosOf(time))), time);
        const asOfMany = await readDay(
          dir.path,
          VENUE,
          DAY,
          (files) => quotesAt(inRows(files), nanosOf(time)),
        );
        assert.deepEqual(asOfMany, at, time);
      }
      const close = await readDay(dir.path, VENUE, DAY, closingQuotes);
      assert.deepEqual(inOrder(close), inOrder(plainClose(VENUE, rows, DAY)));
    }),
    { numRuns: 50 },
  );
});

/** The same as if each row were alone in its row group. */
function inRows(files: HourFiles): HourFiles {
  const rowsOf = ({ group, from, to }: HourFiles[number][number]) =>
    Array.from({ length: to - from }, (_, i) => ({ group, from: from + i, to: from + i + 1 }));
  return files.map((pieces) => pieces.flatMap(rowsOf));
}

Deno.test("made-up quotes in steps of an hour are those of a plain model at each hour", async () => {
  const [from, to] = ["2026-09-01T05:30:00Z", "2026-09-01T14:00:00Z"].map(nanosOf);
  const hour = 3_600_000_000_000n;
  await fc.assert(
    fc.asyncProperty(ANY_ROWS, async (rows) => {
      using dir = temporaryDirectory();
      await publishQuotes(dir.path, VENUE, rows);
      const sampled = await readDay(
        dir.path,
        VENUE,
        DAY,
        (files) => sampledWithin(files, { from, to }, hour),
      );
      const times = Array.from({ length: 9 }, (_, i) => nanosOf("2026-09-01T06:00:00Z") + BigInt(i) * hour);
      assert.deepEqual(
        inOrder(sampled),
        inOrder(times.flatMap((time) => plainAt(VENUE, rows, DAY, time))),
      );
    }),
    { numRuns: 15 },
  );
});

/** Rows as texts that can be compared, in any order. */
function inOrder(rows: readonly PlainRow[]): string[] {
  return rows.map((row) => QUOTE_COLUMNS.map((name) => `${name} ${row[name]}`).join(", ")).sort();
}
