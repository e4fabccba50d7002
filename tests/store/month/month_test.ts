import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import fc from "fast-check";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { DamagedMonth, DamagedPartition } from "../../../src/store/damage.ts";
import { ShrinkingMonth, writeMonth } from "../../../src/store/month/month.ts";
import { readMonth } from "../../../src/store/month/stored_month.ts";
import { readPartition } from "../../../src/store/stored_partition.ts";
import { duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { PUBLICATION, publish, rowsByDuckDB, storedRows } from "../parquet_files.ts";
import { anyTrade, trade, type TradeInput } from "../trades.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATES = ["2026-09-01", "2026-09-02", "2026-09-03"];

/** Day partitions and a month file in a folder of their own. */
function temporaryMonth() {
  const dir = temporaryDirectory();
  const path = dir.of("month", "trades.parquet");
  const day = (date: string) => dir.of(date, "trades.parquet");
  return {
    path,
    day,
    files: () => DATES.map((date) => ({ date, path: day(date) })),
    write: () => writeMonth(path, DATES.map((date) => ({ date, path: day(date) })), PUBLICATION),
    identity() {
      const { ino, mtime, size } = Deno.statSync(path);
      return { ino, mtime: mtime?.getTime(), size, names: readdirSync(dirname(path)) };
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

const at = (date: string, columns: TradeInput = {}) =>
  trade({ trading_date_time: `${date}T08:34:00.000000001Z`, ...columns });

Deno.test("a missing month is null; a written one names its days with their rows and digests", async () => {
  using month = temporaryMonth();
  assert.equal(await readMonth(month.path, TRADES), null);
  await publish(month.day(DATES[0]), "08_34", [at(DATES[0], { isin: "B" }), at(DATES[0], { isin: "A" })]);
  await publish(month.day(DATES[2]), "08_34", [at(DATES[2], { isin: "A" })]);
  const written = await month.write();
  const days = await Promise.all([DATES[0], DATES[2]].map(async (date) => {
    const { rows, digest } = (await readPartition(month.day(date), TRADES))!;
    return { date, rows, digest };
  }));
  assert.deepEqual(days.map(({ rows }) => rows), [2, 1]);
  assert.deepEqual(written, { rows: 3, days, duplicates: 0, conflicts: 0 });
  assert.deepEqual(await readMonth(month.path, TRADES), { rows: 3, days });
  assert.deepEqual(readdirSync(dirname(month.path)), ["trades.parquet"]);
});

Deno.test("a month is sorted over all of its days, by isin and then trading time, as DuckDB reads it", async () => {
  using month = temporaryMonth();
  using database = await duckdb();
  for (const date of DATES) {
    await publish(month.day(date), "08_34", ["C", "A", "B"].map((isin) => at(date, { isin })));
  }
  await month.write();
  const rows = await database.rows(
    `SELECT isin, strftime(trading_date_time, '%Y-%m-%d') AS date FROM '${month.path}'`,
  );
  const expected = ["A", "B", "C"].flatMap((isin) => DATES.map((date) => ({ isin, date })));
  assert.deepEqual(rows, expected);
});

Deno.test("a month holds each trade of its days once, whatever they hold, in the order of a day", async () => {
  const days = fc.array(fc.array(anyTrade, { maxLength: 15 }), { minLength: 1, maxLength: 3 });
  using database = await duckdb();
  await fc.assert(
    fc.asyncProperty(days, async (days) => {
      using month = temporaryMonth();
      for (const [i, trades] of days.entries()) await publish(month.day(DATES[i]), "08_34", trades);
      const written = await month.write();
      const stored = await storedRows(month.path);
      assert.deepEqual(await rowsByDuckDB(database, month.path), stored);
      using again = temporaryMonth();
      await publish(again.path, "08_34", days.flat());
      assert.deepEqual(stored, await storedRows(again.path));
      const dayRows = written.days.reduce((sum, { rows }) => sum + rows, 0);
      assert.equal(written.rows + written.duplicates, dayRows);
      assert.equal(stored.length, written.rows);
    }),
    { numRuns: 25 },
  );
});

Deno.test("of a trade in two days the row of the earlier day is taken, and a difference in other columns is counted", async () => {
  using month = temporaryMonth();
  await publish(month.day(DATES[0]), "08_34", [trade({ execution_venue: "XETA" })]);
  await publish(month.day(DATES[1]), "08_34", [trade({ execution_venue: "XETB" }), trade({ isin: "A" })]);
  const { rows, duplicates, conflicts } = await month.write();
  assert.deepEqual({ rows, duplicates, conflicts }, { rows: 2, duplicates: 1, conflicts: 1 });
  const stored = await storedRows(month.path);
  assert.deepEqual(stored.map(({ execution_venue }) => execution_venue), [undefined, "XETA"]);
});

Deno.test("a month of days without trades has no rows, and names the days", async () => {
  using month = temporaryMonth();
  using database = await duckdb();
  for (const date of DATES) await publish(month.day(date), "08_34", []);
  const { rows, days } = await month.write();
  assert.deepEqual([rows, days.map(({ date }) => date)], [0, DATES]);
  assert.deepEqual(await rowsByDuckDB(database, month.path), []);
});

Deno.test("a month with more rows than fit into a row group is complete, with its groups in order", async () => {
  using month = temporaryMonth();
  using database = await duckdb();
  for (const date of DATES) {
    const ids = Array.from(
      { length: 50_000 },
      (_, i) => at(date, { isin: `I${i % 700}`, transaction_id: `${i}` }),
    );
    await publish(month.day(date), "08_34", ids);
  }
  assert.equal((await month.write()).rows, 150_000);
  assert.deepEqual(
    await database.rows(
      `SELECT DISTINCT row_group_num_rows::INT AS n FROM parquet_metadata('${month.path}') ORDER BY n`,
    ),
    [{ n: 150_000 - 2 * 65_536 }, { n: 65_536 }],
  );
  const outOfOrder = await database.value(
    `SELECT count(*)::INT FROM (SELECT (isin, trading_date_time) < lag((isin, trading_date_time))
       OVER (ORDER BY file_row_number) AS back FROM read_parquet('${month.path}', file_row_number = true)) WHERE back`,
  );
  assert.equal(outOfOrder, 0);
});

Deno.test("a day that is missing, or has fewer rows than the month was made from, leaves the month as it is", async () => {
  for (const what of ["fewer rows", "no file"]) {
    using month = temporaryMonth();
    await publish(month.day(DATES[0]), "08_34", [at(DATES[0]), at(DATES[0], { isin: "A" })]);
    await publish(month.day(DATES[1]), "08_34", [at(DATES[1])]);
    await month.write();
    const before = month.identity();
    Deno.removeSync(month.day(DATES[0]));
    if (what === "fewer rows") await publish(month.day(DATES[0]), "08_34", [at(DATES[0])]);
    // More rows in all: another day does not make up for what one has lost.
    await publish(month.day(DATES[1]), "08_35", ["A", "B", "C"].map((isin) => at(DATES[1], { isin })));
    const rest = what === "fewer rows" ? "has 1" : "has no file";
    await assert.rejects(month.write(), (error: Error) => {
      assert.ok(error instanceof ShrinkingMonth);
      assert.ok(error.message.startsWith(month.path), error.message);
      assert.ok(error.message.includes(`2026-09-01 had 2 rows and ${rest}`), error.message);
      return true;
    });
    assert.deepEqual(month.identity(), before);
  }
});

Deno.test("a month with fewer rows in all is not written, although each of its days has as many as before", async () => {
  using month = temporaryMonth();
  await publish(month.day(DATES[0]), "08_34", [at(DATES[0])]);
  await publish(month.day(DATES[1]), "08_34", [at(DATES[1])]);
  await month.write();
  const before = month.identity();
  Deno.removeSync(month.day(DATES[1]));
  await publish(month.day(DATES[1]), "08_34", [at(DATES[0])]);
  await assert.rejects(month.write(), /it has 2 rows, and would have 1/);
  assert.deepEqual(month.identity(), before);
});

Deno.test("nothing is written while a day is damaged anywhere, and the day is named", async () => {
  using month = temporaryMonth();
  for (const date of DATES) await publish(month.day(date), "08_34", [at(date)]);
  const whole = Deno.readFileSync(month.day(DATES[2]));
  for (const place of [50, whole.length - 100]) {
    Deno.writeFileSync(month.day(DATES[2]), whole.with(place, whole[place] ^ 1));
    await assert.rejects(month.write(), (error: Error) => {
      assert.ok(error instanceof DamagedPartition);
      return error.message.startsWith(month.day(DATES[2]));
    });
    assert.equal(await readMonth(month.path, TRADES), null);
  }
});

Deno.test("a damaged month is left as it is and named; a day's partition in its place is not a month", async () => {
  using month = temporaryMonth();
  await publish(month.day(DATES[0]), "08_34", [at(DATES[0])]);
  await month.write();
  const whole = Deno.readFileSync(month.path);
  const others = [whole.slice(0, -1), new Uint8Array(0), whole.with(-30, whole.at(-30)! ^ 1)];
  for (const bytes of [...others, Deno.readFileSync(month.day(DATES[0]))]) {
    Deno.writeFileSync(month.path, bytes);
    const before = month.identity();
    await assert.rejects(month.write(), DamagedMonth);
    assert.deepEqual(month.identity(), before);
  }
});

Deno.test("another program's file in place of a month is left as it is, and is not called damaged", async () => {
  using month = temporaryMonth();
  using database = await duckdb();
  await publish(month.day(DATES[0]), "08_34", [at(DATES[0])]);
  await month.write();
  await database.rows(`COPY (SELECT 1 AS isin) TO '${month.path}' (FORMAT parquet)`);
  const before = month.identity();
  await assert.rejects(month.write(), (error) => {
    assert.ok(error instanceof DamagedMonth);
    assert.match(error.message, /not written by this program\. It has not been touched; move it away/);
    return true;
  });
  assert.deepEqual(month.identity(), before);
});

Deno.test("nothing is left behind when a consolidation is ended at any of its pauses", async () => {
  using month = temporaryMonth();
  for (const date of DATES) await publish(month.day(date), "08_34", [at(date)]);
  await month.write();
  await publish(month.day(DATES[0]), "08_35", [at(DATES[0], { isin: "A" })]);
  const before = month.identity();
  let rounds = 0;
  for (let survived = false; !survived; rounds++) {
    assert.ok(rounds < 20);
    let breaths = 0;
    const breathe = () => breaths++ === rounds ? Promise.reject(new Error("stopped")) : Promise.resolve();
    survived = await writeMonth(month.path, month.files(), { type: TRADES, createdBy: "a test", breathe })
      .then(
        () => true,
        (error) => {
          assert.equal(error.message, "stopped");
          assert.deepEqual(month.identity(), before);
          return false;
        },
      );
  }
  // Before each day, before each batch, after each group; and the round that survives.
  assert.equal(rounds, 3 + 3 + 1 + 1);
  assert.equal((await readMonth(month.path, TRADES))!.rows, 4);
});

Deno.test("a day that is rewritten without a new trade keeps its digest, and its month stays up to date", async () => {
  using month = temporaryMonth();
  await publish(month.day(DATES[0]), "08_34", [at(DATES[0])]);
  const before = (await readPartition(month.day(DATES[0]), TRADES))!;
  await publish(month.day(DATES[0]), "08_35", []);
  const after = (await readPartition(month.day(DATES[0]), TRADES))!;
  assert.deepEqual([after.rows, after.ledger.size, after.digest], [1, 2, before.digest]);
  await publish(month.day(DATES[0]), "08_36", [at(DATES[0], { isin: "A" })]);
  assert.notEqual((await readPartition(month.day(DATES[0]), TRADES))!.digest, before.digest);
});
