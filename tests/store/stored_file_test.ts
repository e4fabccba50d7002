import assert from "node:assert/strict";
import { exitCodeOf } from "../../src/cli/exit.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { DamagedMonth, DamagedPartition } from "../../src/store/damage.ts";
import { writeMonth } from "../../src/store/month/month.ts";
import { openStoredMonth } from "../../src/store/month/stored_month.ts";
import { openStoredFile, readStored } from "../../src/store/stored_file.ts";
import { openStored } from "../../src/store/stored_partition.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { failingReads } from "./failing_reads.ts";
import { PUBLICATION, publish } from "./parquet_files.ts";
import { trade } from "./trades.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATE = "2026-09-01";

/** A day, and the month made from it. */
async function dayAndMonth() {
  const dir = temporaryDirectory();
  const [day, month] = [dir.of("day", "trades.parquet"), dir.of("month", "trades.parquet")];
  await publish(day, "08_34", [trade({ isin: "A" }), trade({ isin: "B" })]);
  await writeMonth(month, [{ date: DATE, path: day }], PUBLICATION);
  return {
    kinds: [[day, openStored, DamagedPartition], [month, openStoredMonth, DamagedMonth]] as const,
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

const failures: [what: string, fail: () => Error, code: number][] = [
  ["EIO", () => new Error("Input/output error (os error 5)"), 73],
  ["EMFILE", () => Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" }), 73],
  ["EUCLEAN", () => new Error("Structure needs cleaning (os error 117)"), 65],
  ["a bug", () => new TypeError("x is not a function"), 70],
];

const ofSystem = failures.filter(([what]) => what !== "a bug");

for (const [what, fail, code] of failures) {
  Deno.test(`${what} after the digest was checked is not damage of a day or month, but ${code}`, async () => {
    using both = await dayAndMonth();
    for (const [path, open] of both.kinds) {
      using file = Deno.openSync(path);
      const { batches } = await open(path, file, TRADES);
      using _failing = failingReads(fail);
      await assert.rejects(Array.fromAsync(batches()), (error) => isThrownAs(error, path, code));
    }
  });
}

// Before a digest has proved a footer, every error of the library is blamed on its bytes.
for (const [what, fail, code] of ofSystem) {
  Deno.test(`${what} while a footer is read is not damage of a day or month, but ${code}`, async () => {
    using both = await dayAndMonth();
    for (const [path, open] of both.kinds) {
      using file = Deno.openSync(path);
      using _failing = failingReads(fail);
      await assert.rejects(open(path, file, TRADES), (error) => isThrownAs(error, path, code));
    }
  });
}

/** It is not damage, has the exit code, and names the file, except for a bug, which is thrown unchanged. */
function isThrownAs(error: unknown, path: string, code: number): boolean {
  assert.ok(error instanceof Error);
  assert.equal(exitCodeOf(error), code, error.message);
  assert.ok(!(error instanceof DamagedPartition || error instanceof DamagedMonth));
  assert.equal(error.message.includes(path), code !== 70, error.message);
  return true;
}

Deno.test("a bug in the code that interprets a proven footer is not damage", async () => {
  using both = await dayAndMonth();
  for (const [path, , Damaged] of both.kinds) {
    const describe = (): { rows: number } => {
      throw new TypeError("x is not a function");
    };
    using file = Deno.openSync(path);
    await assert.rejects(readStored(path, TRADES, { describe, Damaged }), TypeError);
    await assert.rejects(openStoredFile(path, file, TRADES, { describe, Damaged }), TypeError);
  }
});

Deno.test("bad content is damage: flipped, cut, empty, or a folder in its place", async () => {
  using both = await dayAndMonth();
  for (const [path, open, Damaged] of both.kinds) {
    const whole = Deno.readFileSync(path);
    const flipped = whole.with(whole.length - 200, whole[whole.length - 200] ^ 1);
    for (const bytes of [whole.with(70, whole[70] ^ 1), flipped, whole.slice(0, -20), new Uint8Array()]) {
      Deno.writeFileSync(path, bytes);
      using file = Deno.openSync(path);
      await assert.rejects(open(path, file, TRADES), Damaged);
    }
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    using folder = Deno.openSync(path);
    await assert.rejects(open(path, folder, TRADES), /is damaged \(Is a directory/);
  }
});
