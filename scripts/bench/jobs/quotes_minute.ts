/** `quotes_minute.ts DIR VENUE SERVICE`: the raw files of quotes of a working directory, each to a sorted run on disk. */
import { join } from "node:path";
import { systemClock } from "../../../src/system/system_clock.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { ingestQuotes } from "../../../src/collect/quotes/ingest_quotes.ts";
import { NO_FILTER } from "../../../src/feed/quote_filter.ts";
import { Layout } from "../../../src/store/layout.ts";
import { writeRun } from "../../../src/store/run_file.ts";
import { SortedBatch } from "../../../src/store/sorted_batch.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { DATE } from "../raw_day.ts";
import { measure } from "./measured.ts";

const [directory, venue, service] = Deno.args;
const spool = new Spool(new Layout(directory), venue, [service]);
const pace = new Pace(systemClock, new AbortController().signal, () => {});

await measure(async () => {
  let [runs, rows] = [0, 0];
  await ingestQuotes(spool.files(DATE), NO_FILTER, () => pace.breathe(), (batch) => {
    rows += batch.rows;
    writeRun(join(directory, `run-${runs++}`), new SortedBatch(batch).pieces());
  });
  return { rows, bytes: Deno.statSync(join(directory, "run-0")).size };
});
