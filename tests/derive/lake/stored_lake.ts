/** What the tests of a lake share: rows as they lie in it, put together again, against those that are stored. */
import assert from "node:assert/strict";
import type { Database } from "../../e2e/harness.ts";

/** The columns of times of each dataset, of which a lake has microseconds, and what is left beside them. */
const TIMES = { trades: ["trading_date_time", "distribution_time"], quotes: ["time", "distribution_time"] };

/** Rows of files of a lake as they were stored, in DuckDB's words. */
export function asStored(lake: string, dataset: keyof typeof TIMES = "trades"): string {
  const times = TIMES[dataset].map((time) => ({ time, rest: restOf(time) }));
  const rests = times.map(({ rest }) => rest).join(", ");
  const whole = times.map(({ time, rest }) =>
    `make_timestamp_ns(epoch_us(${time}) * 1000 + ${rest}) AS ${time}`
  );
  return `SELECT * EXCLUDE (${rests}) REPLACE (${whole.join(", ")}) FROM ${lake}`;
}

function restOf(time: string): string {
  return time === "time" ? "time_nanos" : time.replace(/(_date)?_time$/, "_nanos");
}

/** Fails unless two relations hold the same rows, each as often. */
export async function assertSameRows(database: Database, one: string, other: string): Promise<void> {
  await assertNoOtherRows(database, one, other);
  await assertNoOtherRows(database, other, one);
}

/** Fails if a relation holds rows that the other one has not, or not as often. */
export async function assertNoOtherRows(database: Database, one: string, other: string): Promise<void> {
  assert.deepEqual(await database.rows(`FROM ((${one}) EXCEPT ALL (${other})) LIMIT 3`), []);
}
