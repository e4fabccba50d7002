import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { startReplica } from "../../scripts/replica/server.ts";
import { sample, samplesAreHere } from "../samples.ts";
import { assertForeseen, logOf, treeOf } from "./evidence.ts";
import {
  type Database,
  downloadsDuring,
  duckdb,
  fetchArgs,
  runProgram,
  temporaryDirectory,
} from "./harness.ts";
import { COLUMN_TYPES, storedTable } from "./truth.ts";

const LEGACY = "DETR-posttrade-2025-10-31T13_54.json.gz";
const MIFID = {
  DETR: "DETR-posttrade-2026-09-18T06_00.json.gz",
  DGAT: "DGAT-posttrade-2026-09-18T05_30.json.gz",
  DFRA: "DFRA-posttrade-2026-09-18T06_00.json.gz",
};

/** The exchange's keys by column, in the era of the real files; `algo_indicator` is converted in `inColumns`. */
const LEGACY_KEYS = {
  isin: "isin",
  trading_date_time: "lastTradeTime",
  price: "lastTrade",
  quantity: "lastQty",
  price_currency: "currency",
  execution_venue: "executionVenueId",
  transaction_id: "transIdCode",
  distribution_time: "distributionDateTime",
  trading_mode: "mmtTradingMode",
  modification_flag: "mmtModificationInd",
  benchmark_flag: "mmtBenchmarkRefprcInd",
  pub_deferral: "mmtPubModeDefReason",
  message_id: "messageId",
  source_name: "sourceName",
  instrument_id: "instrumentId",
  tick_id: "tickId",
  quote_type: "quotationType",
  tick_action: "tickActionIndicator",
  instrument_code: "instrumentIdCode",
  market_mechanism: "mmtMarketMechanism",
  negotiated_flag: "mmtNegotTransPretrdWaivInd",
};
const MIFID_KEYS = {
  isin: "instrumentIdentificationCode",
  trading_date_time: "tradingDateAndTime",
  price: "price",
  quantity: "quantity",
  price_currency: "priceCurrency",
  execution_venue: "venueOfExecution",
  transaction_id: "transactionIdentificationCode",
  distribution_time: "publicationDateAndTime",
  trading_mode: "mmtTradingMode",
  modification_flag: "mmtModificationInd",
  benchmark_flag: "mmtBenchmarkRefprcInd",
  pub_deferral: "mmtPubModeDefReason",
  message_id: "messageId",
  trading_system: "tradingSystem",
  price_notation: "priceNotation",
  venue_publication: "venueOfPublication",
  last_trade_indicator: "lastTradeIndicator",
  notional_amount: "notionalAmount",
  notional_currency: "notionalCurrency",
  contract_date: "contractDate",
  option_category: "optionCategory",
  strike_price: "originalStrikePrice",
  transaction_category: "mmtTransactionCategory",
  instrument_code: "instrumentIdCode",
  contract_type: "contractType",
  settlement_method: "settlementMethod",
  clearing_flag: "clearingFlag",
  pending_price: "pendingPriceIndicator",
  price_forming: "mmtPriceFormingInd",
  deferral_type: "mmtDefTypeIlqd",
};

Deno.test({
  name: "the real minute file of 2025-10-31 is stored to the last digit",
  ignore: !samplesAreHere(),
  async fn() {
    using dir = temporaryDirectory();
    await fetchFiles(dir.path, { [LEGACY]: sample(LEGACY) });
    using db = await duckdb();
    await db.rows(`CREATE VIEW trades AS FROM ${storedTable(dir.path)}`);
    assert.deepEqual(await db.rows(FIGURES), [{
      trades: 719n,
      isins: 268n,
      ids: 719n,
      quantity: 179_144,
      turnover: 10_522_854.5546,
      first: 1761918840042457058n,
      last: 1761918899838432892n,
      algorithmic: 694n,
      eras: "2025-legacy",
      extras: 0n,
    }]);
    assert.deepEqual(await counts(db, "price_currency"), { EUR: 716n, USD: 3n });
    assert.deepEqual(await counts(db, "execution_venue"), { XETA: 635n, XETB: 83n, XETS: 1n });
    await assertStored(db, dir.of("sent"), sample(LEGACY), LEGACY_KEYS, "2025-legacy");
  },
});

Deno.test({
  name: "the three real rows of 2026 are stored with every value",
  ignore: !samplesAreHere(),
  async fn() {
    const rows = new TextDecoder().decode(sample("rows-2026.ndjson")).trimEnd().split("\n");
    const files = Object.values(MIFID).map((name, i) => [name, gzipped(rows[i])]);
    using dir = temporaryDirectory();
    await fetchFiles(dir.path, Object.fromEntries(files), Object.keys(MIFID));
    using db = await duckdb();
    await db.rows(`CREATE VIEW trades AS FROM ${storedTable(dir.path)}`);
    const stored = await db.rows(
      "SELECT venue, isin, price, quantity, epoch_ns(trading_date_time) AS nanos, algo_indicator AS algo " +
        "FROM trades ORDER BY venue",
    );
    assert.deepEqual(stored.map((row) => Object.values(row)), [
      ["DETR", "DE000TLX1005", 123.3, 15, 1789711200761054622n, false],
      ["DFRA", "SE0000108656", 8.934, 15, 1789711203007066917n, true],
      ["DGAT", "KYG875721634", 47.145, 243, 1789709400478000000n, true],
    ]);
    await assertStored(db, dir.of("sent"), gzipped(rows.join("\n")), MIFID_KEYS, "2026-mifid");
  },
});

Deno.test({
  name:
    "the real rows of Eurex are stored with every value, without a word, and a second run changes nothing",
  ignore: !samplesAreHere(),
  async fn() {
    const rows = sample("DEUR-posttrade-2026-09-17T15_05.sample.ndjson");
    using dir = temporaryDirectory();
    await fetchFiles(dir.path, { "DEUR-posttrade-2026-09-17T15_05.json.gz": gzipped(rows) }, ["DEUR"]);
    using db = await duckdb();
    await db.rows(`CREATE VIEW trades AS FROM ${storedTable(dir.path)}`);
    const figures = "SELECT count(*) AS rows, count(price) AS priced, count(extra) AS extras FROM trades";
    assert.deepEqual(await db.rows(figures), [{ rows: 6n, priced: 5n, extras: 0n }]);
    assert.deepEqual(await counts(db, "pending_price"), { U: 1n, null: 5n });
    await assertStored(db, dir.of("sent"), gzipped(rows), MIFID_KEYS, "2026-mifid");
  },
});

Deno.test({
  name:
    "rows without a time, without a quantity and in two currencies are stored with every value, without a word",
  ignore: !samplesAreHere(),
  async fn() {
    const text = new TextDecoder().decode(sample("hostile-posttrade.lookalike.ndjson")).trimEnd();
    const lines = text.split("\n");
    const of = (system: string) =>
      gzipped(lines.filter((line) => JSON.parse(line).tradingSystem === system).join("\n"));
    const files = {
      "DGAT-posttrade-2026-10-05T09_12.json.gz": of("7"),
      "DFRA-posttrade-2026-10-06T07_00.json.gz": of("9"),
      "DETR-posttrade-2026-09-18T09_00.json.gz": of("1"),
    };
    using dir = temporaryDirectory();
    await fetchFiles(dir.path, files, ["DETR", "DFRA", "DGAT"]);
    using db = await duckdb();
    await db.rows(`CREATE VIEW trades AS FROM ${storedTable(dir.path)}`);
    await assertStored(db, dir.of("sent"), gzipped(text), MIFID_KEYS, "2026-mifid");
  },
});

const FIGURES = `SELECT count(*) AS trades, count(DISTINCT isin) AS isins, ` +
  `count(DISTINCT transaction_id) AS ids, sum(quantity) AS quantity, ` +
  `round(sum(price * quantity), 4) AS turnover, epoch_ns(min(trading_date_time)) AS first, ` +
  `epoch_ns(max(trading_date_time)) AS last, count(*) FILTER (algo_indicator) AS algorithmic, ` +
  `string_agg(DISTINCT schema_version) AS eras, count(extra) AS extras FROM trades`;

async function fetchFiles(
  dir: string,
  files: Record<string, Uint8Array>,
  venues: readonly string[] = ["DETR"],
): Promise<void> {
  const served = Object.entries(files).map(([name, bytes]) => [name, new Uint8Array(bytes)] as const);
  await using replica = await startReplica({ days: [], files: new Map(served), form: "bare" });
  for (const expected of [served.length, 0]) {
    const before = expected === 0 ? treeOf(join(dir, "data")) : [];
    const downloads = await downloadsDuring(replica, async () => {
      const run = await runProgram(fetchArgs(replica, dir, venues));
      assertForeseen(run, 0);
      assert.deepEqual(logOf(run).filter((line) => !line.startsWith("INFO ")), []);
    });
    assert.equal(downloads.length, expected);
    if (expected === 0) assert.deepEqual(treeOf(join(dir, "data")), before);
  }
}

async function counts(db: Database, column: string): Promise<Record<string, unknown>> {
  const rows = await db.rows(`SELECT ${column} AS value, count(*) AS rows FROM trades GROUP BY ALL`);
  return Object.fromEntries(rows.map(({ value, rows }) => [value, rows]));
}

/**
 * Asserts that all columns of `trades` are what DuckDB reads from the original bytes, which are written to `path`.
 */
async function assertStored(
  db: Database,
  path: string,
  gz: Uint8Array,
  keys: Partial<Record<string, string>>,
  era: string,
): Promise<void> {
  Deno.writeFileSync(path, gz);
  const names = COLUMN_TYPES.map(([name]) => name);
  const types = COLUMN_TYPES.flatMap(([name, type]) => keys[name] ? [`${keys[name]}: '${type}'`] : []);
  const values = names.map((name) => `${inColumns(name, keys[name], era)} AS ${name}`);
  await db.rows(
    `CREATE VIEW sent AS SELECT ${values.join(", ")} FROM read_json('${path}', ` +
      `format = 'newline_delimited', compression = 'gzip', columns = {mmtAlgoInd: 'VARCHAR', ${
        types.join(", ")
      }})`,
  );
  const stored = `SELECT ${names.join(", ")} FROM trades`;
  assert.deepEqual(await db.rows(`FROM sent EXCEPT ALL ${stored}`), []);
  assert.deepEqual(await db.rows(`${stored} EXCEPT ALL FROM sent`), []);
}

function inColumns(name: string, key: string | undefined, era: string): string {
  if (name === "algo_indicator") return "mmtAlgoInd = 'H'";
  if (name === "schema_version") return `'${era}'`;
  return key ?? "NULL";
}

function gzipped(text: string | Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(text));
}
