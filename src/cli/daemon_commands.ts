import { listenForSignals, Requests } from "../daemon/signals.ts";
import type { Venue } from "../feed/venue.ts";
import { Layout } from "../store/layout.ts";
import { isCycleThread } from "./cycle_thread.ts";
import { fetchAsDaemon } from "./daemon.ts";
import { EXIT } from "./exit.ts";
import { withLog } from "./logging.ts";
import { printJson } from "./terminal/output.ts";
import type { DaemonOptions, GlobalOptions, JsonOption } from "./settings.ts";
import { printReport, statusReports } from "./status.ts";
import { systemClock } from "../system/system_clock.ts";

/** The daemon, and the command that looks after it: each returns the exit code. */

/** Fetches until a signal ends it; exits 0 then. In the thread of a cycle, carries out this cycle. */
export async function daemonCommand(venues: readonly Venue[], options: DaemonOptions): Promise<number> {
  if (!isCycleThread()) return await daemon(venues, options);
  const { carryOutCycle } = await import("./cycle_in_thread.ts");
  await carryOutCycle(venues, options);
  return EXIT.done;
}

function daemon(venues: readonly Venue[], options: DaemonOptions): Promise<number> {
  return withLog(venues, options, async (logging) => {
    const requests = new Requests();
    listenForSignals({
      requests,
      reopenLog: () => logging.reopen(),
      endNow: Deno.exit,
      monotonic: systemClock.monotonic,
    });
    try {
      await fetchAsDaemon(venues, options, requests);
    } catch (error) {
      if (!requests.stop.aborted) throw error;
    }
    return EXIT.done;
  });
}

const CRITICAL = 2;

export async function statusCommand(
  venues: readonly Venue[],
  options: GlobalOptions & JsonOption & { readonly check?: true },
): Promise<number> {
  const exitCode = await withLog(venues, options, async () => {
    const layout = new Layout(options.wrkDir);
    const reports = await statusReports(venues, layout, systemClock.now());
    const worst = reports.map(({ verdict }) => verdict).reduce((a, b) => b.level > a.level ? b : a);
    if (options.json) printJson({ venues: reports });
    else if (options.check) console.log(worst.reason);
    else reports.forEach(printReport);
    return options.check ? worst.level : EXIT.done;
  });
  // Monitoring knows three answers: not to be able to look is the worst.
  return options.check ? Math.min(exitCode, CRITICAL) : exitCode;
}
