import assert from "node:assert/strict";
import { pythonWith } from "./environments.ts";
import { growLake } from "./lakes.ts";
import { printedBy } from "./printed.ts";

interface Answer {
  readonly rows: number;
  /** Of each reader, with its version. */
  readonly differences: Readonly<Record<string, number>>;
  readonly snapshots: readonly {
    readonly operation: string;
    readonly rows: number;
    readonly nanos: number;
  }[];
  readonly bars: Readonly<Record<string, { readonly rows: number; readonly files: number }>>;
}

const python = await pythonWith("analysis");

Deno.test({
  name:
    "readers of PyPI find each stored trade in a lake, to the nanosecond, by its folder and by Iceberg, whose " +
    "snapshot before is as it was",
  ignore: python === null,
  async fn() {
    using grown = await growLake(python!);
    const paths = [grown.stored, grown.lake, grown.warehouse];
    const answer = await printedBy<Answer>([python!, "-I"], "python/lake_reader.py", paths);
    console.log(`${answer.rows} trades, read by ${Object.keys(answer.differences).join("; ")}`);
    assert.deepEqual(new Set(Object.values(answer.differences)), new Set([0]), JSON.stringify(answer));
    assert.ok(Object.keys(answer.differences).length >= 6);
    assert.deepEqual(
      answer.snapshots,
      grown.held.map((held, i) => ({ operation: i === 0 ? "append" : "overwrite", ...held })),
    );
    assert.equal(answer.rows, grown.held.at(-1)!.rows);
    assert.equal(Object.keys(answer.bars).length, 2);
    for (const { rows, files } of Object.values(answer.bars)) assert.ok(files === 8 && rows > 100);
  },
});
