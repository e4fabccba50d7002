/**
 * `publish_in_two_threads.ts DIR [failing]`: publishes an hour of Tradegate's quotes with a second thread, however few they
 * are, and prints the findings and how many files the thread ingested. The first thread waits until the second has taken a
 * file; one that is `failing` takes a file and ingests none.
 */
import { ingestInThread } from "../../../src/cli/threads/ingest_in_thread.ts";
import { INGESTING_THREAD, isIngesting } from "../../../src/cli/threads/ingesting.ts";
import { VERSION } from "../../../src/cli/version.ts";
import { Pace } from "../../../src/collect/pace.ts";
import type { IngestTask, SecondThread } from "../../../src/collect/quotes/ingest_hour.ts";
import { publishHour } from "../../../src/collect/quotes/publish_hour.ts";
import { NO_FILTER } from "../../../src/feed/quote_filter.ts";
import { QuotesLayout } from "../../../src/store/layout.ts";
import { Spool } from "../../../src/store/spool/spool.ts";
import { systemClock } from "../../../src/system/system_clock.ts";
import { DATE, HOUR } from "./hours.ts";

/** The parts of a thread's global scope that are used. */
interface ThreadScope {
  onmessage: (event: MessageEvent<IngestTask>) => void;
  postMessage(message: string): void;
}

const [directory, mode] = Deno.args;

if (!isIngesting()) await publish();
else if (mode === "failing") failAfterOne();
else Deno.exit(await ingestInThread());

function failAfterOne(): void {
  const scope = globalThis as unknown as ThreadScope;
  scope.onmessage = ({ data: { taken } }) => {
    Atomics.add(taken, 0, 1);
    throw new Error("as it is to");
  };
  scope.postMessage(VERSION);
}

async function publish(): Promise<void> {
  let taken: IngestTask["taken"] | null = null;
  let ingested: number | null = null;
  const secondThread: SecondThread = {
    fromBytes: 0,
    start(task) {
      taken = task.taken;
      const thread = INGESTING_THREAD.start(task);
      thread.result.then((result) => ingested = result?.ingested.length ?? null);
      return thread;
    },
  };
  // It breathes first when it has taken one file, and each slice of its work is over at once.
  let slices = 0;
  const sleep = async () => {
    while (taken !== null && Atomics.load(taken, 0) < 2) await systemClock.sleep(1, signal);
  };
  const { signal } = new AbortController();
  const clock = { ...systemClock, monotonic: () => 1000 * slices++, sleep };
  const spool = new Spool(new QuotesLayout(directory), "DGAT", ["pretrade"]);
  const pace = new Pace(clock, signal, () => {});
  const publisher = { spool, pace, createdBy: "test", filter: NO_FILTER, secondThread };
  const findings = await publishHour(publisher, HOUR, spool.files(DATE));
  console.log(JSON.stringify({ findings, ingested }));
}
