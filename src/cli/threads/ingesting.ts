import type {
  IngestedBeside,
  IngestingBeside,
  IngestTask,
  SecondThread,
} from "../../collect/quotes/ingest_hour.ts";
import { log } from "../../log/log.ts";
import { VERSION } from "../version.ts";

/** The name of the thread; no job of a daemon has it. */
const INGESTING = "ingesting quotes";

/** What the thread reports: that it is there, and what it has done; a version is the only text. */
export type FromIngesting = string | IngestedBeside;

/** Whether this is the second thread of an hour of quotes. */
export function isIngesting(): boolean {
  return (globalThis as { readonly name?: unknown }).name === INGESTING;
}

/** The second thread of an hour. Fewer bytes, those of five minutes of Tradegate, are ingested before it would be ready. */
export const INGESTING_THREAD: SecondThread = { fromBytes: 16 * 1024 * 1024, start };

/** Starts a thread that runs this program. If that was replaced meanwhile, the thread gets nothing to do. */
function start(task: IngestTask): IngestingBeside {
  const thread = new Worker(programModule(), { type: "module", name: INGESTING });
  const { promise: result, resolve } = Promise.withResolvers<IngestedBeside | null>();
  const fail = (reason: string) => {
    log.debug(`No second thread for quotes: ${reason}`);
    resolve(null);
  };
  thread.onmessage = ({ data }: MessageEvent<FromIngesting>) => {
    if (typeof data !== "string") resolve(data);
    else if (data === VERSION) thread.postMessage(task);
    else fail(`this program was replaced by version ${data}`);
  };
  thread.onerror = (event) => {
    event.preventDefault(); // otherwise it would end the program
    fail(event.message);
  };
  return { result, [Symbol.dispose]: () => thread.terminate() };
}

/** Of the program, or of one of its threads, which run the same module: there `Deno.mainModule` is empty. */
function programModule(): string {
  return Deno.mainModule || (globalThis as { readonly location?: { readonly href: string } }).location!.href;
}
