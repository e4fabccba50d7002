import assert from "node:assert/strict";
import fc from "fast-check";
import { TRADES } from "../../src/feed/records/trades.ts";
import { decodeGroupChecksums, encodeGroupChecksums } from "../../src/store/parquet/group_checksums.ts";
import { GROUP_CHECKSUMS_KEY } from "../../src/store/footer_keys.ts";
import { publishPartition } from "../../src/store/partition.ts";
import { ROW_GROUP_ROWS } from "../../src/store/parquet/schema.ts";
import { salvagePartition } from "../../src/store/salvage.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { rowsOf } from "../feed/trade_rows.ts";
import { ledgerOf, linesOf, PUBLICATION, publish, storedRows } from "./parquet_files.ts";
import { anyTrade, sortBatch, trade, tradesOf } from "./trades.ts";

const SOME = [trade({ isin: "A" }), trade({ isin: "B" }), trade({ isin: "C", algo_indicator: "H" })];

/** The ids of the rows that a damaged file still proves. */
async function salvagedRows(path: string) {
  const groups = await Array.fromAsync((await salvagePartition(path, TRADES)).batches());
  return groups.flatMap((group) => rowsOf(group));
}

Deno.test("everything is salvaged from an intact file: the ledger, and every row as it is stored", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTrade, { maxLength: 30 }), async (trades) => {
      using dir = temporaryDirectory();
      const path = dir.of("trades.parquet");
      const { rows } = await publish(path, "08_34", trades);
      const salvage = await salvagePartition(path, TRADES);
      assert.deepEqual(linesOf(salvage.ledger!), linesOf(ledgerOf("08_34", trades.length)));
      assert.deepEqual([salvage.rows, salvage.intactRows], [rows, rows]);
      assert.deepEqual(await salvagedRows(path), await storedRows(path));
    }),
    { numRuns: 25 },
  );
});

Deno.test("wherever a bit is flipped, only what was written is salvaged", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  await publish(path, "08_34", SOME);
  const [whole, rows] = [Deno.readFileSync(path), await storedRows(path)];
  const ledger = linesOf(ledgerOf("08_34", 3));
  let [proven, ledgers] = [0, 0];
  for (let at = 0; at < whole.length; at++) {
    Deno.writeFileSync(path, whole.with(at, whole[at] ^ (1 << (at % 8))));
    const salvage = await salvagePartition(path, TRADES);
    if (salvage.ledger !== null) assert.deepEqual(linesOf(salvage.ledger), ledger);
    if (salvage.intactRows > 0) assert.deepEqual(await salvagedRows(path), rows);
    assert.ok(salvage.intactRows === 0 || salvage.rows === 3);
    proven += salvage.intactRows / 3;
    if (salvage.ledger !== null) ledgers++;
  }
  // Bits outside the data, the ledger and the proof can be flipped without a loss.
  assert.ok(proven > whole.length / 3 && ledgers > proven, `${proven} and ${ledgers} of ${whole.length}`);
});

Deno.test("the other row groups are salvaged when one is damaged", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const trades = Array.from({ length: ROW_GROUP_ROWS + 10 }, (_, i) => trade({ transaction_id: `${i}` }));
  async function* source() {
    yield sortBatch(tradesOf(trades));
  }
  await publishPartition(path, [source()], ledgerOf("08_34", trades.length), PUBLICATION);
  const whole = Deno.readFileSync(path);
  const rows = await storedRows(path);
  Deno.writeFileSync(path, whole.with(100, whole[100] ^ 1));
  const salvage = await salvagePartition(path, TRADES);
  assert.deepEqual([salvage.rows, salvage.intactRows], [trades.length, 10]);
  assert.deepEqual(await salvagedRows(path), rows.slice(ROW_GROUP_ROWS));
  assert.ok(salvage.ledger !== null);
});

Deno.test("nothing is salvaged from a missing, cut or foreign file or a folder, and nothing fails", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const nothing = { ledger: null, rows: null, intactRows: 0 };
  const assertNothing = async () => {
    const { ledger, rows, intactRows } = await salvagePartition(path, TRADES);
    assert.deepEqual({ ledger, rows, intactRows }, nothing);
    assert.deepEqual(await salvagedRows(path), []);
  };
  await assertNothing();
  await publish(path, "08_34", SOME);
  const whole = Deno.readFileSync(path);
  const cut = new TextDecoder("latin1").decode(whole).indexOf(GROUP_CHECKSUMS_KEY);
  for (const bytes of [whole.slice(0, cut), new Uint8Array(0), new TextEncoder().encode("<html>")]) {
    Deno.writeFileSync(path, bytes);
    await assertNothing();
  }
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  await assertNothing();
});

Deno.test("a proof is read back as it was written, and is refused with any character changed", () => {
  const groups = [{ rows: 32_768, bytes: 1_000_000, digest: "0123456789abcdef" }, {
    rows: 1,
    bytes: 2,
    digest: "fedcba9876543210",
  }];
  const text = encodeGroupChecksums("08_34 1 0 0123456789abcdef", groups);
  assert.deepEqual(decodeGroupChecksums(text)?.groups, groups);
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    assert.equal(decodeGroupChecksums(changed), null);
  }
  assert.equal(decodeGroupChecksums(""), null);
});
