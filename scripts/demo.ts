/**
 * `deno task demo`: the built-in replica of the exchange, one real `fetch-trades DETR` against it, with the
 * permissions of `deno task fetch`, and a look at what was stored. Needs no network; writes below `demo/` only.
 */
import $ from "@david/dax";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import config from "../deno.json" with { type: "json" };
import { TRADES_BY_DAY } from "../src/store/datasets.ts";
import { Layout } from "../src/store/layout.ts";
import { startReplica } from "./replica/server.ts";

const root = $.path(import.meta.dirname!).parentOrThrow();
const folder = root.join("demo");
/** A day that is over, for which the exchange has a daily file, and the beginning of the next. */
const [yesterday, today] = ["2026-09-01", "2026-09-02"];
const todaysMinutes = { from: 7 * 60, until: 7 * 60 + 25 };

if (folder.existsSync()) await folder.remove({ recursive: true });
await folder.mkdir();

step("1. A replica of the exchange on this machine: same listing, redirects, quota of 30 files a minute");
await using replica = await startReplica({
  days: [
    { venue: "DETR", date: yesterday },
    { venue: "DETR", date: today, minutes: todaysMinutes, trades: 18_000 },
  ],
  daily: true,
  quota: { downloads: 30, seconds: 60 },
  listed: { until: `${today}T07:25` },
});
console.log(`${replica.apiUrl} lists a day that is over, with its daily file, and 25 minutes of the next.\n`);

step("2. The real program fetches what is missing");
await run("fetch-trades", "DETR", "--api-url", replica.apiUrl);

step("3. A second run finds nothing to do");
await run("fetch-trades", "DETR", "--api-url", replica.apiUrl);

step("4. What was stored");
await run("check-status", "DETR", "--api-url", replica.apiUrl);
for (const date of [yesterday, today]) await show(date);
console.log(`
From here on it is a reader's, for example DuckDB's (dist/doc/readers.md has the others):
  SELECT isin, count(*) AS trades, sum(price * quantity) AS turnover
  FROM 'demo/data/de/xetra/trades/*/*/*/*/*.parquet' GROUP BY isin ORDER BY turnover DESC NULLS LAST LIMIT 5;`);

function step(title: string): void {
  console.log(title);
}

async function run(...args: string[]): Promise<void> {
  console.log(`$ xetra-parqed --wrk-dir demo ${args.join(" ")}`);
  const task = config.tasks.fetch.command.split(" ");
  const deno = task.slice(task.indexOf("deno") + 1, task.indexOf("main.ts") + 1);
  const program = [...deno, "--wrk-dir", "demo"];
  await $`${Deno.execPath()} ${program} ${args}`.cwd(root);
  console.log();
}

async function show(date: string): Promise<void> {
  const path = new Layout("demo").partition(TRADES_BY_DAY, "DETR", date);
  const file = await asyncBufferFromFile(`${root}/${path}`);
  const { num_rows, row_groups } = await parquetMetadataAsync(file);
  const megabytes = (file.byteLength / 1e6).toFixed(1);
  const groups = `${row_groups.length} row group${row_groups.length === 1 ? "" : "s"}`;
  console.log(`${path}: ${num_rows} trades, ${megabytes} MB, ${groups}`);
}
