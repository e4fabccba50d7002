import assert from "node:assert/strict";
import { publishRows } from "../../derive/stores.ts";
import { runProgram, temporaryDirectory } from "../../e2e/harness.ts";
import { trade } from "../../store/trades.ts";

Deno.test("verify says that nothing is stored and ends with 3, instead of having found no damage", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [{ date: "2026-09-01", row: trade({ transaction_id: "1" }) }]);
  const said = async (...args: string[]) => {
    const { code, stdout } = await runProgram([
      ...["--wrk-dir", dir.path, "verify", "--api-url", "http://127.0.0.1:1/", ...args],
    ]);
    return [code, stdout];
  };
  assert.deepEqual(await said("DETR", "--date", "2026-09-02"), [
    3,
    "DETR: nothing is stored of 2026-09-02\n",
  ]);
  assert.deepEqual(await said("DETR", "--month", "2026-08"), [3, "DETR: nothing is stored of 2026-08\n"]);
  assert.deepEqual(await said("DFRA"), [3, "DFRA: nothing is stored\n"]);
  const quotes = await said("DETR", "--quotes", "--date", "2026-09-01");
  assert.deepEqual(quotes, [3, "DETR: nothing is stored of 2026-09-01\n"]);
});
