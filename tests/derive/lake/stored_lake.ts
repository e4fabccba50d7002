/** What the tests of a lake share: trades as they lie in it, put together again, against those that are stored. */
import assert from "node:assert/strict";
import type { Database } from "../../e2e/harness.ts";

/** The nanoseconds of a time of which a lake has microseconds and what is left. */
const TIMES = ["trading_date_time", "distribution_time"].map((time) => {
  const rest = time.replace(/(_date)?_time$/, "_nanos");
  return { rest, whole: `make_timestamp_ns(epoch_us(${time}) * 1000 + ${rest}) AS ${time}` };
});

/** Trades of files of a lake as they were stored, in DuckDB's words. */
export function asStored(lake: string): string {
  const rests = TIMES.map(({ rest }) => rest).join(", ");
  return `SELECT * EXCLUDE (${rests}) REPLACE (${TIMES.map(({ whole }) => whole).join(", ")}) FROM ${lake}`;
}

/** Fails unless two relations hold the same rows, each as often. */
export async function assertSameRows(database: Database, one: string, other: string): Promise<void> {
  for (const [a, b] of [[one, other], [other, one]]) {
    assert.deepEqual(await database.rows(`FROM ((${a}) EXCEPT ALL (${b})) LIMIT 3`), []);
  }
}
