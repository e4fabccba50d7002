import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import fc from "fast-check";
import { TRADES } from "../../src/feed/records/trades.ts";
import { DamagedPartition } from "../../src/store/damage.ts";
import { publishPartition } from "../../src/store/partition.ts";
import { readPartition } from "../../src/store/stored_partition.ts";
import { readArrow } from "../e2e/arrow.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import type { SortedSource } from "../../src/store/merge_sorted.ts";
import {
  ledgerOf,
  linesOf,
  PUBLICATION,
  publish,
  rowsByDuckDB,
  sorted,
  storedRows,
} from "./parquet_files.ts";
import { anyTrade, trade } from "./trades.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const SOME = [
  trade({ isin: "A" }),
  trade({ isin: "B", algo_indicator: "H" }),
  trade({ isin: "C", extra: "{}" }),
];

/** A partition in its own folder. */
function temporaryPartition() {
  const dir = temporaryDirectory();
  const path = dir.of("day", "trades.parquet");
  return {
    path,
    bytes: () => Deno.readFileSync(path),
    names: () => readdirSync(dirname(path)),
    put(bytes: Uint8Array) {
      Deno.mkdirSync(dirname(path), { recursive: true });
      Deno.writeFileSync(path, bytes);
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

Deno.test("a missing partition is null, and is created by its first publication", async () => {
  using partition = temporaryPartition();
  assert.equal(await readPartition(partition.path, TRADES), null);
  const published = await publish(partition.path, "08_34", SOME);
  assert.deepEqual(published, { rows: 3, added: 3, duplicates: 0, conflicts: 0 });
  const { rows, ledger, digest } = (await readPartition(partition.path, TRADES))!;
  assert.deepEqual({ rows, ledger }, { rows: 3, ledger: ledgerOf("08_34", 3) });
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(partition.names(), ["trades.parquet"]);
});

Deno.test("a partition only grows: no publication drops or changes a row or a ledger entry", async () => {
  const publications = fc.array(fc.array(anyTrade, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(publications, async (publications) => {
      using partition = temporaryPartition();
      let [rows, entries]: [unknown[], string[]] = [[], []];
      for (const [minute, trades] of publications.entries()) {
        const { added, duplicates } = await publish(partition.path, `00_0${minute}`, trades);
        const now = await storedRows(partition.path);
        assert.deepEqual(now.filter((row) => rows.some((old) => isSame(old, row))), rows);
        assert.equal(now.length, rows.length + added);
        assert.equal(added + duplicates, trades.length);
        const { ledger } = (await readPartition(partition.path, TRADES))!;
        assert.deepEqual(linesOf(ledger), [...entries, ...linesOf(ledgerOf(`00_0${minute}`, trades.length))]);
        [rows, entries] = [now, linesOf(ledger)];
      }
    }),
    { numRuns: 25 },
  );
});

function isSame(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

Deno.test("a second publication of the same trades changes no row, whatever they hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTrade, { maxLength: 30 }), async (trades) => {
      using partition = temporaryPartition();
      const first = await publish(partition.path, "08_34", trades);
      const rows = await storedRows(partition.path);
      const second = await publish(partition.path, "08_35", trades);
      assert.deepEqual([second.added, second.rows], [0, first.rows]);
      assert.deepEqual(await storedRows(partition.path), rows);
    }),
    { numRuns: 25 },
  );
});

Deno.test("when a trade comes again with a difference in other columns, the stored row is kept and the difference counted", async () => {
  using partition = temporaryPartition();
  await publish(partition.path, "08_34", [trade({ execution_venue: "XETA" })]);
  const published = await publish(partition.path, "08_35", [trade({ execution_venue: "XETB" })]);
  assert.deepEqual(published, { rows: 1, added: 0, duplicates: 1, conflicts: 1 });
  assert.deepEqual((await storedRows(partition.path)).map((row) => row.execution_venue), ["XETA"]);
});

Deno.test("a date with only empty files has a partition of zero rows, which every reader can read", async () => {
  using partition = temporaryPartition();
  using database = await duckdb();
  for (const key of ["08_34", "08_35"]) await publish(partition.path, key, []);
  assert.deepEqual((await readPartition(partition.path, TRADES))!.rows, 0);
  assert.deepEqual([...(await readPartition(partition.path, TRADES))!.ledger.keys()], ["08_34", "08_35"]);
  assert.deepEqual(await rowsByDuckDB(database, partition.path), []);
  const columns = readArrow(partition.bytes());
  assert.deepEqual(columns.map(({ name }) => name), TRADES.columns.map(({ name }) => name));
  assert.ok(columns.every(({ values }) => values.length === 0));
  assert.equal((await publish(partition.path, "08_36", SOME)).rows, 3);
  assert.equal((await rowsByDuckDB(database, partition.path)).length, 3);
});

Deno.test("nothing changes when a source throws midway, or when the publication is ended at a pause", async () => {
  using partition = temporaryPartition();
  const failure = new Error("stopped");
  async function* breaking(): SortedSource {
    yield* sorted(SOME);
    throw failure;
  }
  const breathe = () => Promise.reject(failure);
  for (const before of [null, "stored"]) {
    if (before !== null) await publish(partition.path, "08_34", [trade({ isin: "B" })]);
    const bytes = before === null ? null : partition.bytes();
    for (
      const publication of [
        publishPartition(partition.path, [sorted(SOME), breaking()], ledgerOf("09_00", 6), PUBLICATION),
        publishPartition(partition.path, [sorted(SOME)], ledgerOf("09_00", 3), { ...PUBLICATION, breathe }),
      ]
    ) {
      await assert.rejects(publication, (error) => error === failure);
      assert.deepEqual(partition.names(), before === null ? [] : ["trades.parquet"]);
      if (bytes !== null) assert.deepEqual(partition.bytes(), bytes);
    }
  }
});

Deno.test("a publication removes what a killed one left unfinished", async () => {
  using partition = temporaryPartition();
  partition.put(new Uint8Array(0));
  Deno.renameSync(partition.path, `${dirname(partition.path)}/.unfinished-1`);
  await publish(partition.path, "08_34", SOME);
  assert.deepEqual(partition.names(), ["trades.parquet"]);
});

/** A publication into these bytes is refused, and the bytes are unchanged. */
async function assertDamaged(bytes: Uint8Array, what: string): Promise<void> {
  using partition = temporaryPartition();
  partition.put(bytes);
  const damaged = (error: unknown) =>
    error instanceof DamagedPartition && error.message.includes(partition.path) &&
    error.cause instanceof Error;
  await assert.rejects(publish(partition.path, "08_35", SOME), damaged, what);
  assert.deepEqual(partition.bytes(), bytes);
  assert.deepEqual(partition.names(), ["trades.parquet"]);
}

Deno.test("an empty, truncated or foreign file is a damaged partition, which is left as it is", async () => {
  using partition = temporaryPartition();
  await publish(partition.path, "08_34", SOME);
  const whole = partition.bytes();
  for (const left of [0, 1, 4, 8, 12, 100, whole.length / 2, whole.length - 8, whole.length - 1]) {
    await assertDamaged(whole.slice(0, left), `${left} bytes left`);
  }
  await assertDamaged(new TextEncoder().encode("PAR1 no such thing PAR1"), "text");
  await assertDamaged(new Uint8Array([...whole, 0]), "a byte more");
  using database = await duckdb();
  await database.rows(`COPY (FROM '${partition.path}') TO '${partition.path}.2' (FORMAT parquet)`);
  await assertDamaged(Deno.readFileSync(`${partition.path}.2`), "written by DuckDB");
});

Deno.test("a flipped bit anywhere is a damaged partition, in the data and in the footer", async () => {
  using partition = temporaryPartition();
  await publish(partition.path, "08_34", SOME);
  const whole = partition.bytes();
  const place = fc.integer({ min: 0, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(place, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      await assertDamaged(whole.with(at, whole[at] ^ (1 << bit)), `bit ${bit} of byte ${at}`);
    }),
    { numRuns: 150 },
  );
});

Deno.test("readPartition() notices a damaged footer by itself", async () => {
  using partition = temporaryPartition();
  await publish(partition.path, "08_34", SOME);
  const whole = partition.bytes();
  for (const bytes of [new Uint8Array(0), whole.slice(0, -1), whole.with(-20, whole.at(-20)! ^ 1)]) {
    partition.put(bytes);
    await assert.rejects(readPartition(partition.path, TRADES), DamagedPartition);
  }
});
