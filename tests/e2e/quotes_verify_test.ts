import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertHoldsTruth } from "../collect/quotes/hours.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen } from "./evidence.ts";
import { AMPLE_QUOTA, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { flip } from "./verified.ts";

const QUOTES = { service: "DGAT-pretrade", date: "2026-09-01", rows: 60, minutes: { from: 530, until: 546 } };

Deno.test("verify --quotes reads hours back, --repair mends what their rows still give, and 65 says what they do not", async () => {
  await using replica = await startReplica({ days: [], quotes: [QUOTES] });
  using dir = temporaryDirectory();
  const program = (...args: string[]) => runInOneProcess(["--wrk-dir", dir.path, ...args]);
  assertForeseen(
    await program("fetch-quotes", "DGAT", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA),
    0,
  );
  const rows = await assertHoldsTruth(dir, [QUOTES]);
  const [first, second] = filesBelow(dir.of("data/de/xetra/quotes"));

  const whole = await program("verify", "DGAT", "--quotes", "--json");
  assertForeseen(whole, 0);
  const [{ partitions, quotes, issues }] = JSON.parse(whole.stdout).venues;
  assert.deepEqual([partitions, quotes, issues], [2, rows, []]);

  flip(first, -1);
  assertForeseen(await program("verify", "DGAT", "--quotes"), 65);
  const mended = await program("verify", "DGAT", "--quotes", "--repair");
  assertForeseen(mended, 0);
  assert.match(mended.stdout, /^2026-09-01T08 {2}REBUILT .* with \d+ quotes; the damaged file is .*\n/);
  assert.equal(await assertHoldsTruth(dir, [QUOTES]), rows);

  flip(second, 500);
  const left = await program("verify", "DGAT", "--quotes", "--repair");
  assertForeseen(left, 65);
  assert.match(left.stdout, /LEFT .* it had \d+ quotes, .* run fetch-quotes again/);
  Deno.renameSync(second, dir.of("moved.parquet"));
  assertForeseen(
    await program("fetch-quotes", "DGAT", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA),
    0,
  );
  assert.equal(await assertHoldsTruth(dir, [QUOTES]), rows);
});
