/** `quotes_hour.ts DIR VENUE SERVICE HOUR`: publishes the raw files of an hour of quotes, by the program's own code. */
import { systemClock } from "../../../src/system/system_clock.ts";
import { Pace } from "../../../src/collect/pace.ts";
import { publishHour } from "../../../src/collect/quotes/publish_hour.ts";
import { NO_FILTER } from "../../../src/feed/quote_filter.ts";
import { ingestInThread } from "../../../src/cli/threads/ingest_in_thread.ts";
import { INGESTING_THREAD, isIngesting } from "../../../src/cli/threads/ingesting.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { DATE } from "../raw_day.ts";
import { measure } from "./measured.ts";

// The second thread runs this module as well.
if (isIngesting()) Deno.exit(await ingestInThread());

const [directory, venue, service, hour] = Deno.args;
const layout = new Layout(directory);

await measure(async () => {
  const publisher = {
    spool: new Spool(layout, venue, [service]),
    createdBy: "benchmark",
    filter: NO_FILTER,
    secondThread: INGESTING_THREAD,
    pace: new Pace(systemClock, new AbortController().signal, () => {}),
  };
  const findings = await publishHour(publisher, hour, publisher.spool.files(DATE));
  const stored = findings.find(({ kind }) => kind === "stored");
  if (stored?.kind !== "stored") throw new Error(`nothing was stored in ${layout.workingDirectory}`);
  return { rows: stored.rows, bytes: Deno.statSync(layout.partition(QUOTES_BY_HOUR, venue, hour)).size };
});
