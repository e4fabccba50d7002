import assert from "node:assert/strict";
import type { Batch } from "../../src/feed/records/batch.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { DamagedMonth, DamagedPartition } from "../../src/store/damage.ts";
import { examine } from "../../src/store/examine.ts";
import { encodeLedger } from "../../src/store/ledger.ts";
import { BatchWriter } from "../../src/store/parquet/writer.ts";
import { encodeDays, MONTH_FILE } from "../../src/store/month/stored_month.ts";
import { PARTITION_FILE, readPartition } from "../../src/store/stored_partition.ts";
import { DAYS_KEY, DIGEST_KEY, LEDGER_KEY, ROWS_KEY } from "../../src/store/footer_keys.ts";
import { createHash } from "node:crypto";
import { temporaryDirectory } from "../e2e/harness.ts";
import { ledgerOf, publish } from "./parquet_files.ts";
import { trade, tradesOf } from "./trades.ts";

const [A, B] = [trade({ isin: "A" }), trade({ isin: "B" })];

Deno.test("a partition as it was published is intact, and its row groups are passed on", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const groups: Batch[] = [];
  const examineDay = () => examine(path, TRADES, PARTITION_FILE, (trades) => void groups.push(trades));
  assert.equal(await examineDay(), null);
  await publish(path, "08_34", [B, A]);
  const examined = await examineDay();
  assert.deepEqual(examined, await readPartition(path, TRADES));
  assert.deepEqual([examined?.rows, examined?.ledger], [2, ledgerOf("08_34", 2)]);
  assert.deepEqual(groups.map(({ rows }) => rows), [2]);
});

/** Writes row groups as they are, with a footer that is consistent with them. */
function write(path: string, groups: readonly Batch[], book: readonly [key: string, value: string]): void {
  const hash = createHash("sha256");
  const pieces: Uint8Array[] = [];
  const writer = new BatchWriter(
    (bytes) => {
      hash.update(bytes);
      pieces.push(bytes.slice());
    },
    TRADES,
    "a faulty version",
  );
  for (const group of groups) writer.write(group);
  writer.finish(() =>
    new Map<string, string>([
      book,
      [ROWS_KEY, String(groups.reduce((sum, { rows }) => sum + rows, 0))],
      [DIGEST_KEY, hash.copy().digest("hex")],
    ])
  );
  Deno.writeFileSync(path, new Uint8Array(pieces.flatMap((piece) => [...piece])));
}

for (
  const [what, groups, entered, message] of [
    ["in order, over two row groups", [[A], [B]], 2, null],
    ["not in order", [[B, A]], 2, /row 1 is not in order/],
    ["not in order from one row group to the next", [[B], [A]], 2, /row 1 is not in order/],
    ["twice the same trade", [[A, A]], 2, /row 1 is the same trade as the one before it/],
    ["the same trade in two row groups", [[A], [A, B]], 3, /row 1 is the same trade/],
    [
      "more rows than its ledger accounts for",
      [[A, B]],
      1,
      /holds 2 rows, but its ledger accounts for 1 only/,
    ],
  ] as const
) {
  Deno.test(`examine() of a day with rows that are ${what}`, async () => {
    using dir = temporaryDirectory();
    const path = dir.of("trades.parquet");
    write(path, groups.map((group) => tradesOf(group)), [
      LEDGER_KEY,
      encodeLedger(ledgerOf("08_34", entered)),
    ]);
    const examined = examine(path, TRADES, PARTITION_FILE, () => {});
    if (message === null) return assert.equal((await examined)?.rows, 2);
    await assert.rejects(examined, (error) => error instanceof DamagedPartition && message.test(error.what));
  });
}

for (
  const [what, groups, ofDay, message] of [
    ["in order, with a duplicate of its days left out", [[A], [B]], 3, null],
    ["not in order", [[B], [A]], 2, /row 1 is not in order/],
    ["twice the same trade", [[A], [A, B]], 3, /row 1 is the same trade as the one before it/],
    ["more rows than its days had", [[A, B]], 1, /holds 2 rows, but its list of days accounts for 1 only/],
  ] as const
) {
  Deno.test(`examine() of a month with rows that are ${what}`, async () => {
    using dir = temporaryDirectory();
    const path = dir.of("trades.parquet");
    const days = [{ date: "2026-09-01", rows: ofDay, digest: "0".repeat(64) }];
    write(path, groups.map((group) => tradesOf(group)), [DAYS_KEY, encodeDays(days)]);
    const examined = examine(path, TRADES, MONTH_FILE, () => {});
    if (message === null) return assert.deepEqual(await examined, { rows: 2, days });
    await assert.rejects(examined, (error) => error instanceof DamagedMonth && message.test(error.what));
  });
}
