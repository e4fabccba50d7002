import type { QuoteFilter } from "../../feed/quote_filter.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import type { Runs } from "../../store/runs.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import type { Pace } from "../pace.ts";
import { type IngestedQuotes, ingestQuotes } from "./ingest_quotes.ts";

/** Files of an hour that two threads share: each takes the next one. */
export interface SharedFiles {
  readonly files: readonly SpooledFile[];
  /** How many of them are taken; both threads count here. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What a second thread is to ingest; can be sent to it as it is. */
export interface IngestTask extends SharedFiles {
  readonly filter: QuoteFilter;
  /** The folder for its runs. */
  readonly directory: string;
}

/** What it has ingested: some of the files, and the files of its runs. */
export interface IngestedBeside {
  readonly ingested: readonly IngestedQuotes[];
  readonly runs: readonly string[];
}

/** A second thread at work. Disposing it ends the thread. */
export interface IngestingBeside extends Disposable {
  /** Null when it failed, for whatever reason: then this thread ingests its files, and meets the reason itself. */
  readonly result: Promise<IngestedBeside | null>;
}

/** A second thread that can be started. */
export interface SecondThread {
  /** It pays from this many packed bytes on. */
  readonly fromBytes: number;
  readonly start: (task: IngestTask) => IngestingBeside;
}

/** How an hour is ingested. */
export interface HourIngestion {
  readonly filter: QuoteFilter;
  readonly pace: Pace;
  readonly runs: Runs;
  /** The folder for the runs of a second thread, below that of `runs`. */
  readonly directory: string;
  /** Without it everything is done in this thread. */
  readonly secondThread?: SecondThread;
}

/**
 * Decodes the spooled files of an hour into sorted runs; if they are many, a second thread shares the work. Returns the
 * results in the order of the files. Throws as `ingestQuotes`.
 */
export async function ingestHour(
  files: readonly SpooledFile[],
  { filter, pace, runs, directory, secondThread }: HourIngestion,
): Promise<IngestedQuotes[]> {
  const ingest = (files: Iterable<SpooledFile>) =>
    ingestQuotes(files, filter, pace.breathe, (batch) => runs.add(batch));
  if (secondThread === undefined || bytesOf(files) < secondThread.fromBytes) return await ingest(files);
  const shared = { files, taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
  using thread = secondThread.start({ ...shared, filter, directory });
  const own = await ingest(filesToTake(shared));
  const beside = await pace.during(thread.result) ?? { ingested: [], runs: [] };
  runs.adopt(beside.runs, QUOTES);
  const known = new Map([...own, ...beside.ingested].map((quotes) => [quotes.ingested.spooled.path, quotes]));
  for (const quotes of await ingest(files.filter(({ path }) => !known.has(path)))) {
    known.set(quotes.ingested.spooled.path, quotes);
  }
  return files.map(({ path }) => known.get(path)!);
}

/** The files that no thread has taken yet; each goes to one thread only. */
export function* filesToTake({ files, taken }: SharedFiles): Generator<SpooledFile> {
  for (let at = Atomics.add(taken, 0, 1); at < files.length; at = Atomics.add(taken, 0, 1)) yield files[at];
}

function bytesOf(files: readonly SpooledFile[]): number {
  return files.reduce((sum, { path }) => sum + Deno.statSync(path).size, 0);
}
