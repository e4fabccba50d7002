import { remedyOf } from "../../collect/monitor/health.ts";
import { KnownDays } from "../../collect/monitor/known_days.ts";
import { venuesBelow } from "../../store/periods.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { Layout } from "../../store/layout.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { type Address, serve } from "../../serve/server.ts";
import type { Sources } from "../../serve/sources.ts";
import { Turns } from "../../system/turns.ts";
import { errorCode } from "../../system/disk_error.ts";
import { systemClock } from "../../system/system_clock.ts";
import { Pace } from "../../collect/pace.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { listenOption, venuesOption } from "../grammar/option_values.ts";
import { run } from "../run_command.ts";
import { statusReports } from "./status.ts";

const DEFAULT_ADDRESS: Address = { hostname: "127.0.0.1", port: 8765 };

interface ServeOptions {
  readonly listen: Address;
  readonly daemonLog?: string;
}

export function addServeCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("serve")
    .description(
      "Serve a page on this machine: state, coverage, charts, and the files themselves. It only reads.",
    )
    .argument("[venues...]", "venue codes, such as DETR (default: all that are stored)", venuesOption)
    .option("--listen <address>", "where to listen, on loopback (default: 127.0.0.1:8765)", listenOption)
    .option("--daemon-log <file>", "the daemon's log file, to show its warnings")
    .addHelpText("after", examples("serve", "--wrk-dir /var/lib/xetra serve --listen 127.0.0.1:9000"))
    .action(async (venues, { listen = DEFAULT_ADDRESS, ...options }) => {
      setExitCode(await serveCommand((venues ?? []) as Venue[], { ...globals(), listen, ...options }));
    });
}

function serveCommand(chosen: readonly Venue[], options: GlobalOptions & ServeOptions): Promise<number> {
  return run(chosen, options, async (signal) => {
    const layout = new Layout(options.wrkDir);
    const venues = () => chosen.length > 0 ? chosen : venuesBelow(layout.venues(TRADES_BY_DAY));
    const sources: Sources = {
      layout,
      knownDays: new KnownDays(layout),
      calendars: new Turns(),
      venues,
      status: async () => {
        const reports = await statusReports(venues(), layout, systemClock.now());
        return reports.map((report) => ({ ...report, remedy: remedyOf(report) }));
      },
      logFile: options.daemonLog ?? null,
      breathe: new Pace(systemClock, signal).breathe,
      now: systemClock.now,
    };
    const { hostname, port } = options.listen;
    try {
      await serve(
        options.listen,
        sources,
        systemClock,
        (url) => log.info(`Serving ${url}`),
        signal,
      );
      return EXIT.done;
    } catch (error) {
      if (errorCode(error) !== "EADDRINUSE") throw error;
      log.error(`Another program listens at ${hostname}:${port}: choose another port by --listen`);
      return EXIT.busy;
    }
  });
}
