import { filesToTake, type IngestTask } from "../../collect/quotes/ingest_hour.ts";
import { ingestQuotes } from "../../collect/quotes/ingest_quotes.ts";
import { Runs } from "../../store/runs.ts";
import { EXIT } from "../exit.ts";
import { VERSION } from "../version.ts";
import type { FromIngesting } from "./ingesting.ts";

/** The parts of a thread's global scope that are used. */
interface ThreadScope {
  onmessage: (event: MessageEvent<IngestTask>) => void;
  postMessage(message: FromIngesting): void;
}

const scope = globalThis as unknown as ThreadScope;

/**
 * In the thread: ingests the quotes of a task, and reports. What goes wrong is thrown, and reaches whoever started the
 * thread. Returns the thread's exit code.
 */
export async function ingestInThread(): Promise<number> {
  const { filter, directory, ...shared } = await taskGiven();
  const runs = new Runs(directory, 0);
  // Whoever started the thread ends it: it listens to nothing, and makes no pauses.
  const ingested = await ingestQuotes(
    filesToTake(shared),
    filter,
    () => Promise.resolve(),
    (batch) => runs.add(batch),
  );
  scope.postMessage({ ingested, runs: runs.paths });
  return EXIT.done;
}

function taskGiven(): Promise<IngestTask> {
  return new Promise((resolve) => {
    scope.onmessage = ({ data }) => resolve(data);
    scope.postMessage(VERSION);
  });
}
