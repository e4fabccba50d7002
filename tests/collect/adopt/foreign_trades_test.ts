import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from "hyparquet-writer";
import { ForeignTrades, holdsForeignTrades, NotTrades } from "../../../src/collect/adopt/foreign_trades.ts";
import { RUN_ROWS } from "../../../src/store/runs.ts";
import { type Database, duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { type Row, rowsOf } from "../../feed/trade_rows.ts";
import { failingReads } from "../../store/failing_reads.ts";
import { publish } from "../../store/parquet_files.ts";
import { trade } from "../../store/trades.ts";

/** 2025-10-31T13:54:00.042457058Z */
const TIME = 1761918840042457058n;
const ID = "1000000000000025050760176191884004245705800000006636";

/** A row as the predecessor's first version stored it, in SQL. */
const FIRST = {
  isin: "'DE0007100000'",
  trade_time: `make_timestamp_ns(${TIME})`,
  price: "56.2::DOUBLE",
  volume: "159.0::DOUBLE",
  currency: "'EUR'",
  venue: "'XETA'",
  trans_id: `'${ID}'`,
};
const STORED: Row = {
  isin: "DE0007100000",
  trading_date_time: TIME,
  price: 56.2,
  quantity: 159,
  price_currency: "EUR",
  execution_venue: "XETA",
  transaction_id: ID,
  schema_version: "2025-legacy",
};
/** The same under today's names. */
const TODAY = {
  isin: FIRST.isin,
  trading_date_time: FIRST.trade_time,
  price: FIRST.price,
  quantity: FIRST.volume,
  price_currency: FIRST.currency,
  execution_venue: FIRST.venue,
  transaction_id: FIRST.trans_id,
  schema_version: "'2025-legacy'",
};

Deno.test("a missing file, a folder, and a file that is not Parquet hold no trades; a file that cannot be read is an error", async () => {
  using dir = temporaryDirectory();
  Deno.writeTextFileSync(dir.of("text"), "no Parquet");
  for (const path of [dir.of("none"), dir.path, dir.of("text")]) {
    assert.equal(await holdsForeignTrades(path), false);
  }
  for (const answer of ["Input/output error (os error 5)", "Stale file handle (os error 116)"]) {
    using _failing = failingReads(() => new Error(answer));
    const told = (error: unknown) =>
      error instanceof Error && error.message === `${answer}: ${dir.of("text")}`;
    await assert.rejects(holdsForeignTrades(dir.of("text")), told);
    await assert.rejects(ForeignTrades.open(dir.of("text")), told);
  }
});

Deno.test("the predecessor's first names, today's and the exchange's keys of both eras mean the same columns", async () => {
  using db = await duckdb();
  assert.deepEqual(await read(db, FIRST), [STORED]);
  assert.deepEqual(await read(db, TODAY), [STORED]);
  const keys = {
    instrumentIdentificationCode: FIRST.isin,
    tradingDateAndTime: "'2025-10-31T13:54:00.042457058Z'",
    price: "'56.2'",
    quantity: "159",
    priceCurrency: FIRST.currency,
    venueOfExecution: FIRST.venue,
    transactionIdentificationCode: FIRST.trans_id,
    mmtAlgoInd: "'H'",
    priceNotation: "1",
  };
  assert.deepEqual(await read(db, keys), [{
    ...STORED,
    algo_indicator: 1,
    price_notation: 1,
    schema_version: "2026-mifid",
  }]);
  const legacy = {
    isin: FIRST.isin,
    lastTradeTime: FIRST.trade_time,
    lastTrade: FIRST.price,
    lastQty: FIRST.volume,
    currency: FIRST.currency,
    executionVenueId: FIRST.venue,
    transIdCode: FIRST.trans_id,
  };
  assert.deepEqual(await read(db, legacy), [STORED]);
});

for (
  const [what, sql, nanos] of [
    ["nanoseconds", FIRST.trade_time, TIME],
    ["microseconds", "TIMESTAMP '2025-10-31 13:54:00.042457'", 1761918840042457000n],
    ["milliseconds", "TIMESTAMP_MS '2025-10-31 13:54:00.042'", 1761918840042000000n],
    ["microseconds with a zone", "TIMESTAMPTZ '2025-10-31 14:54:00.042457+01'", 1761918840042457000n],
    ["a text in UTC", "'2025-10-31T13:54:00.042457058Z'", TIME],
    ["a text in Berlin", "'2025-10-31T14:54:00.042457058+01:00'", TIME],
    ["a text without a zone, as the predecessor means UTC", "'2025-10-31 13:54:00.042457058'", TIME],
  ] as const
) {
  Deno.test(`a time is read that is ${what}`, async () => {
    using db = await duckdb();
    assert.deepEqual(await read(db, { ...FIRST, trade_time: sql }), [{
      ...STORED,
      trading_date_time: nanos,
    }]);
  });
}

Deno.test("numbers are read from integers, decimals, floats and texts, and flags from booleans and from H", async () => {
  using db = await duckdb();
  for (
    const price of ["56::BIGINT", "56::DECIMAL(9, 2)", "56::FLOAT", "'56'", "56::UINTEGER", "56::TINYINT"]
  ) {
    assert.equal((await read(db, { ...FIRST, price }))[0].price, 56, price);
  }
  for (const algo_indicator of ["true", "'H'"]) {
    assert.equal((await read(db, { ...FIRST, algo_indicator }))[0].algo_indicator, 1);
  }
  const [row] = await read(db, { ...FIRST, tick_id: "33976320.0::DOUBLE", quote_type: "1::BIGINT" });
  assert.deepEqual([row.tick_id, row.quote_type], [33976320, "1"]);
  for (
    const contract_date of ["DATE '2026-12-18'", "'2026-12-18'", "TIMESTAMP_NS '2026-12-18'", "20261218"]
  ) {
    assert.equal((await read(db, { ...FIRST, contract_date }))[0].contract_date, 20_805, contract_date);
  }
});

for (const compression of ["uncompressed", "snappy", "gzip", "zstd", "brotli"]) {
  for (const version of ["V1", "V2"]) {
    Deno.test(`${compression} files of Parquet ${version} with several row groups are read row by row`, async () => {
      using db = await duckdb();
      using dir = temporaryDirectory();
      const path = dir.of("trades.parquet");
      const columns = {
        ...FIRST,
        trans_id: "'id' || i",
        price: "i / 4",
        currency: "['EUR', 'USD', NULL][i % 3 + 1]",
      };
      const options = `COMPRESSION ${compression}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 2048`;
      await write(db, path, columns, { rows: 5_000, options });
      const rows = await rowsIn(path);
      assert.equal(rows.length, 5_000);
      for (const [i, row] of rows.entries()) {
        const currency = ["EUR", "USD", undefined][i % 3];
        assert.deepEqual([row.transaction_id, row.price, row.price_currency], [`id${i}`, i / 4, currency]);
      }
    });
  }
}

Deno.test("a day in one row group without dictionaries, in pages of a megabyte, is read in batches", async () => {
  const rows = RUN_ROWS + 5_000;
  const all = <T>(value: (i: number) => T) => Array.from({ length: rows }, (_, i) => value(i));
  const columns: TestColumn[] = [
    ["isin", "BYTE_ARRAY", UTF8, all((i) => `DE${String(i % 500).padStart(10, "0")}`)],
    ["transaction_id", "BYTE_ARRAY", UTF8, all((i) => i % 7 === 0 ? null : `${ID}${i}`)],
    ["trading_date_time", "INT64", NANOS, all((i) => TIME + BigInt(i))],
    ["price", "DOUBLE", {}, all((i) => i / 8)],
    ["quantity", "DOUBLE", {}, all((i) => i % 11 === 0 ? null : i)],
    ["trading_mode", "BYTE_ARRAY", UTF8, all((i) => "2345"[i % 4])],
  ];
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  Deno.writeFileSync(path, parquetOf(columns, "PLAIN"));
  using trades = await ForeignTrades.open(path);
  let row = 0;
  for await (const batch of trades.trades(nothing)) {
    assert.ok(batch.rows <= RUN_ROWS);
    for (const { quantity, transaction_id, trading_date_time, trading_mode } of rowsOf(batch)) {
      assert.deepEqual(
        [quantity, transaction_id, trading_date_time, trading_mode],
        [
          row % 11 === 0 ? undefined : row,
          row % 7 === 0 ? undefined : `${ID}${row}`,
          TIME + BigInt(row),
          "2345"[row % 4],
        ],
      );
      row++;
    }
  }
  assert.deepEqual([trades.rows, trades.rejected, row], [rows, 0, rows]);
});

Deno.test("values that no column can hold go to extra; columns that pandas adds by itself are left out", async () => {
  using db = await duckdb();
  const columns = {
    ...FIRST,
    price_notation: "'percent'",
    contract_date: "20261399",
    zeta: "1.5::DOUBLE",
    nothing: "NULL::VARCHAR",
    nan: "'NaN'::DOUBLE",
    large: "9007199254740993",
    seen: "TIMESTAMP_NS '2025-10-31 13:54:00.042457058'",
    note: `{'amount': 5, 'at': TIMESTAMP '2025-10-31 13:54:01', 'legs': [1, 2]}`,
    __index_level_0__: "17",
  };
  const [{ extra, ...rest }] = await read(db, columns);
  assert.deepEqual(rest, STORED);
  assert.equal(
    extra,
    '{"contract_date":20261399,"large":"9007199254740993","note":{"amount":5,"at":"2025-10-31T13:54:01Z",' +
      '"legs":[1,2]},"price_notation":"percent","seen":"2025-10-31T13:54:00.042457058Z","zeta":1.5}',
  );
});

Deno.test("extra of a copy of our own file is kept as it is, and of two names for one column the current one wins", async () => {
  using db = await duckdb();
  assert.equal((await read(db, { ...FIRST, extra: `'{"a":1}'` }))[0].extra, '{"a":1}');
  const [row] = await read(db, { ...FIRST, execution_venue: "'XETB'" });
  assert.deepEqual([row.execution_venue, row.extra], ["XETB", '{"venue":"XETA"}']);
});

Deno.test("a column with only nulls, in the type that pandas gives it, is read as null", async () => {
  const rows = await readColumns([
    ["isin", "BYTE_ARRAY", UTF8, ["DE0007100000", "DE0007100000"]],
    ["trading_date_time", "INT64", NANOS, [TIME, TIME]],
    ["price", "DOUBLE", {}, [56.2, 56.2]],
    ["quantity", "DOUBLE", {}, [159, NaN]],
    ["benchmark_flag", "INT32", { logical_type: { type: "NULL" } }, [null, null]],
    ["tick_id", "DOUBLE", {}, [NaN, NaN]],
  ]);
  const { price_currency: _c, execution_venue: _v, transaction_id: _i, schema_version: _s, ...expected } =
    STORED;
  const { quantity: _q, ...without } = expected;
  assert.deepEqual(rows, [expected, without]);
});

Deno.test("rows without an ISIN are not trades, and are counted; a time, price or quantity may be null", async () => {
  using db = await duckdb();
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const columns = {
    ...FIRST,
    isin: "CASE i WHEN 1 THEN NULL WHEN 2 THEN '' ELSE 'DE0007100000' END",
    trade_time: `CASE i WHEN 3 THEN NULL ELSE ${FIRST.trade_time} END`,
    price: "CASE i WHEN 4 THEN 'NaN'::DOUBLE ELSE i END",
  };
  await write(db, path, columns, { rows: 6 });
  using trades = await ForeignTrades.open(path);
  const rows = (await Array.fromAsync(trades.trades(nothing))).flatMap(rowsOf);
  assert.deepEqual(rows.map(({ price }) => price), [0, 3, undefined, 5]);
  assert.deepEqual(rows.map((row) => "trading_date_time" in row), [true, false, true, true]);
  assert.deepEqual([trades.rows, trades.rejected], [6, 2]);
});

Deno.test("a file is refused when a column that every trade has is missing or holds something else, or when it cannot be read", async () => {
  using db = await duckdb();
  const { price: _price, volume: _volume, ...without } = FIRST;
  await assert.rejects(read(db, without), notTrades("no file of trades: it has no price, quantity"));
  for (
    const [column, sql, found] of [
      ["price", "'dear'", '"dear"'],
      ["price", "[1.5]", "[1.5]"],
      ["trade_time", "1761918840042457058", '"1761918840042457058"'],
      ["trade_time", "DATE '2025-10-31'", '"2025-10-31"'],
      ["trade_time", "'noon'", '"noon"'],
      ["isin", "{'code': 'DE'}", '{"code":"DE"}'],
    ] as const
  ) {
    const name = { trade_time: "trading_date_time" }[column as string] ?? column;
    const reason = `its column ${column} holds ${found}, which is no ${name}`;
    await assert.rejects(read(db, { ...FIRST, [column]: sql }), notTrades(reason));
  }
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  for (const content of ["", "PAR1", "<html>".repeat(100)]) {
    Deno.writeTextFileSync(path, content);
    await assert.rejects(rowsIn(path), notTrades("cannot be read: "));
  }
  Deno.removeSync(path);
  await publish(path, "08_34", [trade()]);
  await assert.rejects(rowsIn(path), notTrades("this program's own"));
});

Deno.test("a damaged page is an error of that file, and reading ends", async () => {
  using db = await duckdb();
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  await write(db, path, { ...FIRST, trans_id: "'id' || hash(i)" }, {
    rows: 3_000,
    options: "COMPRESSION gzip",
  });
  const whole = Deno.readFileSync(path);
  for (let at = 4; at < 4_000; at += 97) {
    const bytes = whole.slice();
    bytes.fill(0xff, at, at + 8);
    Deno.writeFileSync(path, bytes);
    await rowsIn(path).catch((error) => assert.ok(error instanceof NotTrades, String(error)));
  }
});

const UTF8 = { converted_type: "UTF8" } as const;
const NANOS = { logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "NANOS" } } as const;

type TestColumn = [name: string, type: SchemaElement["type"], more: Partial<SchemaElement>, data: unknown[]];

/** A file of these columns as pyarrow writes it: all of them optional, compressed with gzip. */
function parquetOf(columns: readonly TestColumn[], encoding?: "PLAIN"): Uint8Array {
  const schema: SchemaElement[] = columns.map(([name, type, more]) => ({
    name,
    type,
    repetition_type: "OPTIONAL",
    ...more,
  }));
  const columnData = columns.map(([name, , , data]): ColumnSource => ({ name, data, encoding }));
  const compressors = { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)) };
  const root: SchemaElement = { name: "schema", num_children: columns.length };
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [root, ...schema],
      columnData,
      codec: "GZIP",
      compressors,
      rowGroupSize: 1_000_000,
      kvMetadata: [{ key: "pandas", value: '{"index_columns": []}' }],
    }),
  );
}

async function readColumns(columns: readonly TestColumn[]): Promise<Row[]> {
  using dir = temporaryDirectory();
  Deno.writeFileSync(dir.of("trades.parquet"), parquetOf(columns));
  return await rowsIn(dir.of("trades.parquet"));
}

/** What is read from a file with one row of these columns. */
async function read(db: Database, columns: Readonly<Record<string, string>>): Promise<Row[]> {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  await write(db, path, columns);
  return await rowsIn(path);
}

async function write(
  db: Database,
  path: string,
  columns: Readonly<Record<string, string>>,
  { rows = 1, options = "COMPRESSION snappy" } = {},
): Promise<void> {
  const list = Object.entries(columns).map(([name, sql]) => `${sql} AS "${name}"`).join(", ");
  await db.rows(`COPY (SELECT ${list} FROM range(${rows}) t(i)) TO '${path}' (FORMAT parquet, ${options})`);
}

async function rowsIn(path: string): Promise<Row[]> {
  using trades = await ForeignTrades.open(path);
  return (await Array.fromAsync(trades.trades(nothing))).flatMap(rowsOf);
}

function notTrades(reason: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NotTrades, String(error));
    assert.ok(error.message.includes(`trades.parquet is left as it is: ${reason}`), error.message);
    return true;
  };
}

const nothing = () => Promise.resolve();
