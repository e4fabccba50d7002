import assert from "node:assert/strict";
import { take } from "../../src/feed/records/gather.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { groupOf } from "../../src/store/row_group.ts";
import { TradingDateCounter } from "../../src/store/date_shares.ts";
import { trade, tradesOf } from "./trades.ts";

Deno.test("every amendment counts, whatever else its row holds: decoded rows may have several codes for it", () => {
  const amended = ["2", "4", "O"].map((trading_mode) => trade({ modification_flag: "A", trading_mode }));
  const batch = tradesOf([trade({ modification_flag: "-", trading_mode: "2" }), ...amended, trade()]);
  const taken = take(batch, Uint32Array.from({ length: batch.rows }, (_, row) => row));
  for (const rows of [batch, taken]) {
    const counter = TradingDateCounter.of(TRADES)!;
    counter.count(groupOf(rows));
    assert.deepEqual(counter.shares(), [{ date: "2026-09-01", rows: 5, amendments: 3 }]);
  }
});
