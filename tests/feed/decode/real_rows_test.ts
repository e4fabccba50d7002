import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { sample, samplesAreHere } from "../../samples.ts";
import type { Row } from "../trade_rows.ts";
import { decode } from "./decode_by_both.ts";

Deno.test({
  name: "the real file of 2025-10-31 decodes to its true figures",
  ignore: !samplesAreHere(),
  fn: () => {
    const { all, rows, rejected } = decode(gunzipSync(sample("DETR-posttrade-2025-10-31T13_54.json.gz")));
    const sum = (of: (row: Row) => number) => all.reduce((total, row) => total + of(row), 0);
    const count = (column: string, value: string | number) =>
      all.filter((row) => row[column] === value).length;
    assert.deepEqual([rows, rejected], [719, 0]);
    assert.equal(new Set(all.map(({ isin }) => isin)).size, 268);
    assert.equal(new Set(all.map(({ transaction_id }) => transaction_id)).size, 719);
    assert.equal(sum(({ quantity }) => quantity as number), 179_144);
    assert.equal(sum((row) => (row.price as number) * (row.quantity as number)).toFixed(4), "10522854.5546");
    assert.equal(all[0].trading_date_time, 1761918840042457058n);
    assert.equal(count("algo_indicator", 1), 694);
    assert.deepEqual([count("price_currency", "EUR"), count("price_currency", "USD")], [716, 3]);
    assert.deepEqual(["XETA", "XETB", "XETS"].map((mic) => count("execution_venue", mic)), [635, 83, 1]);
  },
});

Deno.test({
  name: "the three real rows of 2026 decode whole",
  ignore: !samplesAreHere(),
  fn: () => {
    const { all, rejected, unknownKeys } = decode(sample("rows-2026.ndjson"));
    assert.deepEqual([rejected, unknownKeys.size], [0, 0]);
    assert.deepEqual(all.map(({ isin }) => isin), ["DE000TLX1005", "KYG875721634", "SE0000108656"]);
    assert.deepEqual(all.map(({ price }) => price), [123.3, 47.145, 8.934]);
    assert.deepEqual(all.map(({ last_trade_indicator }) => last_trade_indicator), [
      "R",
      undefined,
      undefined,
    ]);
    assert.deepEqual(all.map(({ notional_currency }) => notional_currency), [undefined, undefined, "EUR"]);
    assert.deepEqual(all.map(({ schema_version }) => schema_version), Array(3).fill("2026-mifid"));
  },
});

Deno.test({
  name: "the real rows of Eurex decode whole, the package without a price among them",
  ignore: !samplesAreHere(),
  fn: () => {
    const { all, rejected, unknownKeys, unfilled } = decode(
      sample("DEUR-posttrade-2026-09-17T15_05.sample.ndjson"),
    );
    assert.deepEqual([all.length, rejected, unknownKeys.size, unfilled], [6, 0, 0, []]);
    assert.deepEqual(all.filter(({ extra }) => extra !== undefined), []);
    assert.deepEqual(all.filter(({ price }) => price === undefined).map((row) => row.pending_price), ["U"]);
    assert.deepEqual(all.filter(({ contract_type }) => contract_type === "S").length, 6);
  },
});

Deno.test({
  name: "rows as witnesses saw them decode whole: without a time, without a quantity, in two currencies",
  ignore: !samplesAreHere(),
  fn: () => {
    const { all, rejected, unknownKeys } = decode(sample("hostile-posttrade.lookalike.ndjson"));
    assert.deepEqual([rejected, unknownKeys.size], [0, 0]);
    assert.equal(all.filter((row) => row.trading_date_time === undefined && row.price === 0).length, 1);
    assert.deepEqual(all.filter((row) => row.quantity === undefined || row.quantity === 0).length, 2);
    assert.deepEqual(new Set(all.map((row) => row.price_currency)), new Set(["EUR", "USD"]));
  },
});
