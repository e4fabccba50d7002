/** Bars of a minute made in WebAssembly must be those made in TypeScript, whatever the trades are. */
import assert from "node:assert/strict";
import { BAR_MAKING, makeKernel } from "../../scripts/kernel/compile.ts";
import { Random } from "../../scripts/replica/random.ts";
import { type Batch, NULL_TIME } from "../../src/feed/records/batch.ts";
import { nullText } from "../../src/feed/records/repeated.ts";
import type { BarBatches } from "../../src/derive/bar_batches.ts";
import { fastestMinutes } from "../../src/derive/fastest_minutes.ts";
import { newMinuteMaker } from "../../src/derive/kernel/minute_maker.ts";
import { KernelMinutes } from "../../src/derive/kernel_minutes.ts";
import type { Line } from "../../src/derive/line.ts";
import { MinuteBatches } from "../../src/derive/minute_bars.ts";
import type { Run } from "../../src/derive/open_lines.ts";
import type { TradeColumns } from "../../src/derive/trade_columns.ts";

const MINUTE = 60_000_000_000n;
const LINES: readonly Line[] = [
  { currency: "EUR", contractDate: NaN, option: null, strike: NaN },
  { currency: null, contractDate: 20_700, option: "C", strike: 12.5 },
];

interface LineOf {
  readonly isin: string;
  readonly line: Line;
  readonly runs: readonly Run<TradeColumns>[];
}

/** Trades at rising times, of which the first is given, up to two minutes apart. */
function tradeColumnsOf(random: Random, rows: number, first: bigint): TradeColumns {
  const numbers = (values: readonly number[]) =>
    Float64Array.from({ length: rows }, () => random.pick(values));
  let time = first;
  const times = BigInt64Array.from(
    { length: rows },
    () => time += random.pick([0n, 1n, MINUTE / 7n, MINUTE, 2n * MINUTE]),
  );
  return {
    times,
    timeWords: new Int32Array(times.buffer),
    prices: numbers([NaN, 0, -0, 1.1, 1.1, 0.3, 1e300, -7, 99.99]),
    quantities: numbers([NaN, 0, -0, 1, 0.1, 250, 1e9]),
    natures: Uint8Array.from({ length: rows }, () => random.below(8)),
    notations: numbers([NaN, 1, 2]),
    currencies: nullText(rows),
    contractDates: new Float64Array(rows),
    options: nullText(rows),
    strikes: new Float64Array(rows),
    hasOneLine: true,
  };
}

/** Cuts row groups into runs of lines, so that a line may have several, of this group or another. */
function linesIn(random: Random, groupColumns: readonly TradeColumns[], longest: number): LineOf[] {
  return groupColumns.flatMap((columns, place) => {
    const lines: LineOf[] = [];
    for (let from = 0; from < columns.times.length;) {
      const to = Math.min(columns.times.length, from + 1 + random.below(longest));
      const again = groupColumns[(place + 1) % groupColumns.length];
      const runs = [
        { columns, from, to },
        ...random.below(4) === 0 ? [{ columns: again, from: 0, to: 3 }] : [],
      ];
      lines.push({ isin: `DE${lines.length}`, line: random.pick(LINES), runs });
      from = to;
    }
    return lines;
  });
}

function made(bars: BarBatches<TradeColumns>, lines: readonly LineOf[]): Batch[] {
  for (const { isin, line, runs } of lines) bars.addLine(isin, line, runs);
  return [...bars.full, bars.rest()!];
}

function assertSame(lines: readonly LineOf[], hasTurnover: boolean): void {
  const actual = made(new KernelMinutes(newMinuteMaker()!, hasTurnover), lines);
  const expected = made(new MinuteBatches(hasTurnover), lines);
  assert.deepEqual(actual.map(({ rows }) => rows), expected.map(({ rows }) => rows));
  actual.forEach(({ columns }, i) =>
    columns.forEach((column, place) => assert.deepEqual(column, expected[i].columns[place]))
  );
}

Deno.test("the kernel makes the same bars of any trades, before 1970 too, with and without a turnover", () => {
  for (let i = 0; i < 200; i++) {
    const random = new Random(`minutes ${i}`);
    const first = random.pick([1_788_000_000_000_000_000n, -3n * MINUTE - 1n, 0n, NULL_TIME + 10n * MINUTE]);
    const groupColumns = [
      tradeColumnsOf(random, 3 + random.below(200), first),
      tradeColumnsOf(random, 3 + random.below(50), first),
    ];
    assertSame(linesIn(random, groupColumns, 20), i % 2 === 0);
  }
});

Deno.test("the kernel makes the same bars of more trades than it has room for, and of more bars than a row group has", () => {
  const random = new Random("many minutes");
  const groupColumns = [70_000, 40_000].map((rows) =>
    tradeColumnsOf(random, rows, 1_788_000_000_000_000_000n)
  );
  assertSame(linesIn(random, groupColumns, 50_000), true);
});

Deno.test("the committed kernel that makes bars is what its sources compile to", async () => {
  assert.equal(BAR_MAKING.folder.join(BAR_MAKING.made).readTextSync(), await makeKernel(BAR_MAKING));
});

Deno.test("bars of a minute are made in WebAssembly where it is there, and in TypeScript where it is not", async () => {
  assert.ok(fastestMinutes(true) instanceof KernelMinutes);
  const script = new URL("minutes_without_webassembly.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--jitless", script],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "in TypeScript\n");
});
