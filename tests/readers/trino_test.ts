import assert from "node:assert/strict";
import { type Database, duckdb } from "../e2e/harness.ts";
import { pythonWith } from "./environments.ts";
import { growLake, type GrownLake } from "./lakes.ts";
import { startTrino, type Trino, trinoProgram } from "./trino.ts";

/** Of each dataset its folders in a lake, the folder that the stored files have besides, and its times with their nanoseconds. */
const DATASETS = {
  trades: {
    folders: ["venue", "year", "month"],
    finest: "day",
    times: { trading_date_time: "trading_nanos", distribution_time: "distribution_nanos" },
  },
  quotes: {
    folders: ["venue", "year", "month", "day"],
    finest: "hour",
    times: { time: "time_nanos", distribution_time: "distribution_nanos" },
  },
} as const;
type Dataset = keyof typeof DATASETS;

/** Types of Trino's, by DuckDB's. All times have nine digits: that is a setting of the whole catalog. */
const TYPES: Readonly<Record<string, string>> = {
  TIMESTAMP: "timestamp(9)",
  TIMESTAMP_NS: "timestamp(9)",
};

const isWanted = Deno.env.get("XETRA_PARQED_TRINO") !== undefined;
if (!isWanted) console.log("left out: Trino, which takes 700 MB: deno task test:trino");
const python = isWanted ? await pythonWith("analysis") : null; // it registers the lake
const program = python === null ? null : await trinoProgram();

Deno.test({
  name:
    "Trino finds each stored trade and quote in a lake, to the nanosecond, by its folder and by PyIceberg's catalog, whose " +
    "snapshot before is as it was; and reads the stored files themselves",
  ignore: program === null,
  async fn() {
    using grown = await growLake(python!);
    await using trino = await startTrino(program!, grown.warehouse);
    using db = await duckdb();
    await trino.ask("CREATE SCHEMA hive.xetra");
    for (const dataset of ["trades", "quotes"] as const) {
      const { folders, finest } = DATASETS[dataset];
      const stored = { name: `stored_${dataset}`, folder: `${grown.stored}/${dataset}` };
      const columns = await tableOf(trino, db, { ...stored, folders: [...folders, finest] });
      await tableOf(trino, db, { name: dataset, folder: `${grown.lake}/${dataset}`, folders });
      const names = columns.filter((name) => name !== finest);
      for (const source of [`hive.xetra.${dataset}`, `lake.xetra.${dataset}`]) {
        assert.equal(await differing(trino, dataset, names, source), 0, source);
      }
      assert.deepEqual(await snapshots(trino, dataset), grown.held[dataset]);
    }
    await hasBars(trino, db, grown);
    const [[version]] = await trino.ask("SELECT version()");
    const [trades, quotes] = [grown.held.trades, grown.held.quotes].map((held) => held.at(-1)!.rows);
    console.log(`Trino ${version} has read ${trades} trades and ${quotes} quotes`);
  },
});

interface Table {
  readonly name: string;
  readonly folder: string;
  readonly folders: readonly string[];
}

/** Tells Trino of a folder; returns the columns, those of the folders' names behind those of the files. */
async function tableOf(trino: Trino, db: Database, { name, folder, folders }: Table): Promise<string[]> {
  const files = `${folder}/${"*/".repeat(folders.length)}*.parquet`;
  const described = await db.rows(`DESCRIBE FROM read_parquet('${files}', hive_partitioning = false)`);
  const columns = described.map(({ column_name, column_type }) => ({
    column: String(column_name),
    type: TYPES[String(column_type)] ?? String(column_type),
  }));
  columns.push(...folders.map((column) => ({ column, type: column === "venue" ? "VARCHAR" : "INTEGER" })));
  await trino.ask(
    `CREATE TABLE hive.xetra.${name} (${columns.map(({ column, type }) => `"${column}" ${type}`).join(", ")})
     WITH (format = 'PARQUET', external_location = 'local://${folder}',
     partitioned_by = ARRAY[${folders.map((column) => `'${column}'`).join(", ")}])`,
  );
  await trino.ask(`CALL hive.system.sync_partition_metadata('xetra', '${name}', 'FULL')`);
  return columns.map(({ column }) => column);
}

/** How many rows a source has and the stored ones have not, or the other way round. */
async function differing(
  trino: Trino,
  dataset: Dataset,
  names: readonly string[],
  source: string,
): Promise<unknown> {
  const times: Readonly<Record<string, string>> = DATASETS[dataset].times;
  const whole = (name: string) =>
    `substr(CAST("${name}" AS VARCHAR), 1, 26) || lpad(CAST("${times[name]}" AS VARCHAR), 3, '0')`;
  const values = (time: (name: string) => string) =>
    names.map((name) => name in times ? time(name) : `"${name}"`).join(", ");
  const stored = `SELECT ${values((name) => `CAST("${name}" AS VARCHAR)`)} FROM hive.xetra.stored_${dataset}`;
  const found = `SELECT ${values(whole)} FROM ${source}`;
  const [[count]] = await trino.ask(
    `SELECT count(*) FROM ((${stored} EXCEPT ALL ${found}) UNION ALL (${found} EXCEPT ALL ${stored}))`,
  );
  return count;
}

async function snapshots(trino: Trino, dataset: Dataset): Promise<{ rows: unknown; nanos: unknown }[]> {
  const [nanos] = Object.values(DATASETS[dataset].times);
  const table = `lake.xetra.${dataset}`;
  const ids = await trino.ask(
    `SELECT CAST(snapshot_id AS VARCHAR) FROM lake.xetra."${dataset}$snapshots" ORDER BY committed_at`,
  );
  const held = [];
  for (const [id] of ids) {
    const [[rows, sum]] = await trino.ask(
      `SELECT count(*), sum(${nanos}) FROM ${table} FOR VERSION AS OF ${id}`,
    );
    held.push({ rows, nanos: sum });
  }
  return held;
}

async function hasBars(trino: Trino, db: Database, { lake }: GrownLake): Promise<void> {
  for (const bars of ["bars_1m", "bars_1d"]) {
    const [[rows, trades]] = await trino.ask(`SELECT count(*), sum(trades) FROM lake.xetra.${bars}`);
    const [expected] = await db.rows(
      `SELECT count(*)::INT AS rows, sum(trades)::INT AS trades FROM '${lake}/${bars}/*/*/*/*.parquet'`,
    );
    assert.deepEqual({ rows, trades }, expected, bars);
    assert.ok(Number(rows) > 100);
  }
}
