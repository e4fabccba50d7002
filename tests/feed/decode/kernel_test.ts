/**
 * The kernel and the scanner in TypeScript must read the same rows from the same bytes, whatever the bytes are. These are
 * 20,000 rows; `XETRA_PARQED_ROWS=1000000 deno test -A tests/feed/decode/kernel_test.ts` compares a million.
 */
import assert from "node:assert/strict";
import { generateDay } from "../../../scripts/replica/day.ts";
import { Random } from "../../../scripts/replica/random.ts";
import { ODD } from "../../../scripts/replica/untidy.ts";
import { makeKernel, SCANNING } from "../../../scripts/kernel/compile.ts";
import { asciiText } from "../../../src/feed/decode/ascii.ts";
import { BatchBuilder } from "../../../src/feed/decode/batch_builder.ts";
import { type DecodedFile, FileDecoder } from "../../../src/feed/decode/decode.ts";
import { KernelScanner } from "../../../src/feed/decode/kernel/kernel_scanner.ts";
import { newScanner } from "../../../src/feed/decode/new_scanner.ts";
import { RowScanner } from "../../../src/feed/decode/row_scanner.ts";
import type { Scanner } from "../../../src/feed/decode/scanner.ts";
import type { Batch, ColumnData } from "../../../src/feed/records/batch.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { rowsOf } from "../trade_rows.ts";

const ROWS = Number(Deno.env.get("XETRA_PARQED_ROWS") ?? 20_000);
const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
/** Trades of a whole day, of which an hour is compared; each has its own seed. */
const TRADES_A_DAY = 25_000;
const NEWLINE = 0x0a;

/** Bytes that damage rows: those that end values, lines and numbers, and those that no text may contain. */
const ODD_BYTES = new TextEncoder().encode('"\\{}[],:.-+eE09 \r\n\tHZT\u007f\u00e9\0');

/** Bytes of a file in pieces. */
type Pieces = readonly Uint8Array[];

/** The result of decoding files with a scanner, and the number of rows that it had to learn from. */
interface Outcome {
  readonly files: readonly DecodedFile[];
  readonly batches: readonly Batch[];
  readonly taught: number;
}

/** Decodes files one after the other, as a day of them is. */
function outcomeOf(scanner: Scanner, files: readonly Pieces[]): Outcome {
  const batches: Batch[] = [];
  let taught = 0;
  const learn = scanner.learn.bind(scanner);
  scanner.learn = (line) => {
    taught++;
    learn(line);
  };
  const decoded = files.map((pieces) => {
    const decoder = new FileDecoder(scanner, (batch) => batches.push(batch));
    for (const piece of pieces) decoder.push(piece);
    return decoder.finish();
  });
  return { files: decoded, batches: [...batches, scanner.builder.take()], taught };
}

/** Whether two batches have the same rows. As objects, a million rows would take an hour. */
function areSame(a: Batch, b: Batch): boolean {
  return a.rows === b.rows && a.columns.every((column, i) => {
    const [own, other] = [valuesOf(column), valuesOf(b.columns[i])];
    for (let row = 0; row < a.rows; row++) if (!Object.is(own(row), other(row))) return false;
    return true;
  });
}

/** The value that a column has in a row. */
function valuesOf(column: ColumnData): (row: number) => string | number | bigint | null {
  switch (column.kind) {
    case "text":
      return (row) => column.values[column.codes[row]];
    case "id":
      return (row) => asciiText(column.bytes, column.starts[row], column.starts[row] + column.lengths[row]);
    case "time":
      return (row) => column.nanos[row];
    case "number":
      return (row) => column.values[row];
  }
}

/** The file with bytes replaced, removed, inserted or repeated, in about one row of five. */
function damaged(ndjson: Uint8Array, random: Random): Uint8Array {
  const bytes = [...ndjson];
  const lines = ndjson.filter((byte) => byte === NEWLINE).length;
  for (let left = Math.ceil(lines / 5); left > 0 && bytes.length > 0; left--) {
    const at = random.below(bytes.length);
    const byte = ODD_BYTES[random.below(ODD_BYTES.length)];
    const kind = random.below(4);
    if (kind === 0) bytes[at] = byte;
    else if (kind === 1) bytes.splice(at, 1);
    else if (kind === 2) bytes.splice(at, 0, byte);
    else bytes.splice(at, 0, ...bytes.slice(at, at + random.below(40)));
  }
  return Uint8Array.from(bytes);
}

function inPieces(bytes: Uint8Array, random: Random): Pieces {
  const size = random.chance(0.5) ? bytes.length + 1 : 1 + random.below(4_000);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** An hour of a venue's day with all that is odd; about half of the files are damaged. */
function oddFiles(venue: string, seed: number, random: Random): Pieces[] {
  const era = random.chance(0.3) ? "2025-legacy" : "2026-mifid";
  const minutes = { from: 600, until: 660 };
  const day = generateDay({
    venue,
    date: "2026-09-01",
    era,
    seed,
    trades: TRADES_A_DAY,
    minutes,
    untidiness: ODD,
  });
  return [...day].map(({ ndjson }) =>
    inPieces(random.chance(0.5) ? damaged(ndjson, random) : ndjson, random)
  );
}

Deno.test("the kernel reads what the scanner in TypeScript reads: all venues and eras, odd rows, damaged bytes, any pieces", () => {
  let rows = 0;
  for (let seed = 1; rows < ROWS; seed++) {
    const random = new Random(`kernel ${seed}`);
    const files = oddFiles(VENUES[seed % VENUES.length], seed, random);
    const capacity = 1 + random.below(3_000);
    const [expected, actual] = [RowScanner, KernelScanner].map((Type) =>
      outcomeOf(new Type(new BatchBuilder(TRADES, capacity)), files)
    );
    assert.deepEqual(actual.files, expected.files, `seed ${seed}`);
    assert.equal(actual.batches.length, expected.batches.length);
    for (const [i, batch] of expected.batches.entries()) {
      if (!areSame(actual.batches[i], batch)) {
        assert.deepEqual(rowsOf(actual.batches[i]), rowsOf(batch), `seed ${seed}`);
      }
    }
    rows += expected.files.reduce((sum, file) => sum + file.rows, 0);
  }
});

Deno.test("the kernel learns from no more rows than the scanner in TypeScript, so it predicts all that this one predicts", () => {
  for (const venue of VENUES) {
    const day = generateDay({
      venue,
      date: "2026-09-01",
      trades: 20_000,
      minutes: { from: 600, until: 660 },
    });
    const files = [...day].map(({ ndjson }) => [ndjson]);
    const [expected, actual] = [RowScanner, KernelScanner].map((Type) =>
      outcomeOf(new Type(new BatchBuilder(TRADES, 65_536)), files).taught
    );
    assert.ok(actual <= expected, `${venue}: ${actual} rows instead of ${expected}`);
  }
});

Deno.test("the kernel forgets its texts when there are too many of them, and reads on", () => {
  const line = (i: number) => `{"isin":"${`${i}`.padStart(12, "X")}","lastTrade":${i}}\n`;
  const pieces = [new TextEncoder().encode(Array.from({ length: 120_000 }, (_, i) => line(i)).join(""))];
  const { files: [{ rows }], batches, taught } = outcomeOf(
    new KernelScanner(new BatchBuilder(TRADES, 200_000)),
    [pieces],
  );
  assert.equal(rows, 120_000);
  assert.ok(taught < 10);
  const all = batches.flatMap(rowsOf);
  assert.ok(all.every(({ isin, price }, i) => isin === `${i}`.padStart(12, "X") && price === i));
});

Deno.test("the committed kernel is what its sources compile to", async () => {
  assert.equal(SCANNING.folder.join(SCANNING.made).readTextSync(), await makeKernel(SCANNING));
});

Deno.test("the program takes the kernel where there is WebAssembly, and the scanner in TypeScript where there is none", async () => {
  assert.ok(newScanner(new BatchBuilder(TRADES, 1)) instanceof KernelScanner);
  const script = new URL("without_webassembly.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--jitless", script],
  })
    .output();
  assert.equal(new TextDecoder().decode(stdout), "RowScanner\n");
});
