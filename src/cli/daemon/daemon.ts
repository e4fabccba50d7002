import { CRITICAL_FAILURES } from "../../collect/monitor/health.ts";
import { runDaemon } from "../../daemon/loop.ts";
import { openNotify } from "../../daemon/notify.ts";
import { acquirePidFile } from "../../daemon/pid_file.ts";
import type { Requests } from "../../daemon/signals.ts";
import { log } from "../../log/log.ts";
import { Layout } from "../../store/layout.ts";
import { makeDirectory } from "../../system/atomic.ts";
import { systemClock } from "../../system/system_clock.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import { withIsins } from "../grammar/quote_options.ts";
import { warnOfUnsynced } from "../unsynced.ts";
import { doInThread } from "./cycle_thread.ts";
import { Cycles } from "./cycles.ts";
import { type DaemonWork, nameOf } from "./daemon_work.ts";
import { ownFiles } from "./program_files.ts";
import { scheduleOf } from "./rhythm.ts";

/** How long to keep trying for a PID file: a mere look at it holds it for an instant. */
const PID_FILE_PATIENCE_MILLIS = 1_000;

/**
 * Runs the daemon for this work until a signal ends it. Throws `AlreadyRunning` when there is a daemon for a part of it.
 */
export async function fetchAsDaemon(
  work: DaemonWork,
  options: DaemonOptions,
  requests: Requests,
): Promise<void> {
  const program = ownFiles();
  using held = new DisposableStack();
  const layout = new Layout(options.wrkDir);
  const schedule = scheduleOf(options);
  const args = withIsins(Deno.args, options.quotesIsin ?? options.isin);
  const cycles = new Cycles(work, {
    layout,
    schedule,
    publishEvery: options.publishEvery,
    clock: systemClock,
    carryOut: (job, cycle) => doInThread(job, cycle, systemClock, args),
    stop: requests.stop,
  });
  makeDirectory(layout.state);
  const own = options.pidFile === undefined ? [] : [options.pidFile];
  await hold([...own, ...cycles.locks()], held, requests.stop);
  warnOfUnsynced(layout);
  await runDaemon({
    name: nameOf(work),
    schedule,
    lastCycle: cycles.last(),
    assertWhole: () => program?.assertUnchanged(),
    cycle: (started) => cycles.run(started),
    clock: systemClock,
    requests,
    notify: openNotify({
      NOTIFY_SOCKET: Deno.env.get("NOTIFY_SOCKET"),
      WATCHDOG_USEC: Deno.env.get("WATCHDOG_USEC"),
    }, systemClock),
    outageAfter: CRITICAL_FAILURES,
    onNextStart: (at) => cycles.recordNext(at),
    beforeEnd: () => cycles.finish(),
  });
}

/** Takes these PID files. A killed daemon leaves several of them behind, so only one warning is logged. */
async function hold(paths: readonly string[], held: DisposableStack, signal: AbortSignal): Promise<void> {
  const left: string[] = [];
  const onTakeOver = (message: string) => void left.push(message);
  const wait = { clock: systemClock, patienceMillis: PID_FILE_PATIENCE_MILLIS, signal, onTakeOver };
  for (const path of paths) held.use(await acquirePidFile(path, wait));
  left.slice(0, 1).forEach((message) => log.warning(message));
  left.slice(1).forEach((message) => log.debug(message));
}
