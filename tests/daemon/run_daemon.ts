/**
 * A whole daemon with real time, signals and PID file (its argument); its cycle logs `cycle`, and its lines are only
 * the messages.
 */
import { parseActiveHours } from "../../src/daemon/active_hours.ts";
import { parseInterval } from "../../src/daemon/interval.ts";
import { runDaemon } from "../../src/daemon/loop.ts";
import { SILENT } from "../../src/daemon/notify.ts";
import { acquirePidFile } from "../../src/daemon/pid_file.ts";
import { rhythmSchedule } from "../../src/daemon/schedule.ts";
import { listenForSignals, Requests } from "../../src/daemon/signals.ts";
import { configureLog } from "../../src/log/setup.ts";
import { realClock } from "./process.ts";

const [path, interval, cycleMillis] = Deno.args;
const requests = new Requests();
const log = configureLog({
  level: "INFO",
  stderr: { write: (line) => console.log(line.replace(/^.* - /, "")), colour: false, journald: false },
  clock: realClock.now,
});
{
  listenForSignals({
    requests,
    reopenLog: log.reopen,
    endNow: Deno.exit,
    monotonic: realClock.monotonic,
  });
  using _pidFile = await acquirePidFile(path, { clock: realClock, patienceMillis: 0, signal: requests.stop });
  await runDaemon({
    name: "DETR",
    schedule: rhythmSchedule(parseInterval(interval), parseActiveHours("00:00-24:00"), "Europe/Berlin"),
    lastCycle: null,
    assertWhole: () => {},
    cycle: async ({ stop }) => {
      await realClock.sleep(Number(cycleMillis), stop);
      return { summary: "done", failure: null, unavailable: false, nothingYet: false };
    },
    clock: realClock,
    requests,
    notify: SILENT,
    outageAfter: 3,
    onNextStart: () => {},
  });
}
await log.close();
