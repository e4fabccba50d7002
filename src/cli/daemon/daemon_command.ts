import { listenForSignals, Requests } from "../../daemon/signals.ts";
import { log } from "../../log/log.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import { withLog } from "../logging.ts";
import { jobOfThread } from "./cycle_thread.ts";
import type { DaemonWork } from "./daemon_work.ts";
import { fetchAsDaemon } from "./daemon.ts";

/** Fetches until a signal ends it, after these warnings; then exits 0. In a thread, carries out the thread's job instead. */
export async function daemonCommand(
  work: DaemonWork,
  options: DaemonOptions,
  warnings: readonly string[],
): Promise<number> {
  const job = jobOfThread();
  if (job === null) return await daemon(work, options, warnings);
  const { carryOut } = await import("./cycle_in_thread.ts");
  await carryOut(job, work, options);
  return EXIT.done;
}

function daemon(
  work: DaemonWork,
  options: DaemonOptions,
  warnings: readonly string[],
): Promise<number> {
  const quoted = (work.quotes?.sources ?? []).map(({ venue }) => venue);
  return withLog([...new Set([...work.venues, ...quoted])], options, async (logging) => {
    for (const warning of warnings) log.warning(warning);
    const requests = new Requests();
    listenForSignals({
      requests,
      reopenLog: () => logging.reopen(),
      endNow: Deno.exit,
      monotonic: systemClock.monotonic,
    });
    try {
      await fetchAsDaemon(work, options, requests);
    } catch (error) {
      if (!requests.stop.aborted) throw error;
    }
    return EXIT.done;
  });
}
