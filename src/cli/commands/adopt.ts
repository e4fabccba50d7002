import { Option } from "@commander-js/extra-typings";
import { resolve } from "node:path";
import type { AdoptedDay } from "../../collect/adopt/adopt_day.ts";
import {
  adoptable,
  type AdoptedVenue,
  type Adoption,
  adoptVenue,
  textOfDay,
} from "../../collect/adopt/adopt_venue.ts";
import { isLoss } from "../../collect/findings.ts";
import { counted, grouped } from "../../collect/counted.ts";
import type { Venue } from "../../feed/venue.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { answer, run } from "../run_command.ts";
import { printLine } from "../terminal/output.ts";
import { wire } from "../wiring.ts";

export function addAdoptCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("adopt")
    .description("Take over the trades that the Python predecessor of this program has stored.")
    .argument("[venues...]", "venue codes, such as DETR", venuesOption)
    .option("--all", "every venue that the predecessor has stored")
    .option("--from <dir>", "its working directory, if it is not this one; nothing is changed there")
    .option("--dry-run", "show what would be adopted; change nothing")
    .addOption(
      new Option("--delete-originals", "delete its files whose trades are proved to be stored")
        .conflicts(["from", "dryRun"]),
    )
    .option("--json", "print what was done as JSON")
    .addHelpText("after", examples("adopt DETR --dry-run", "adopt --all --from /var/lib/yf_parqed"))
    .action(async (venues, options, command) => {
      if ((venues.length === 0) !== (options.all ?? false)) {
        command.error("error: give either venues or --all");
      }
      const all = { ...globals(), ...options };
      const found = adoptable(all.wrkDir, all);
      if (found === null) {
        const message =
          `error: ${options.from} has no data/de/xetra: it is not the predecessor's working directory`;
        return command.error(message);
      }
      if (options.all && found.length === 0 && !options.json) {
        printLine(`nothing to adopt: no venue is stored below ${resolve(options.from ?? all.wrkDir)}`);
      }
      setExitCode(await adoptCommand(options.all ? found : venues as Venue[], all));
    });
}

function adoptCommand(
  venues: readonly Venue[],
  options: GlobalOptions & Adoption & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const ask = (venue: Venue) => adoptVenue(venue, options, tools, signal);
    return answer(venues, options, ask, printAdopted, adoptedCode);
  });
}

/** 65 when files were refused; 3 when some rows were not trades, or some originals could not be deleted. */
function adoptedCode({ days, deleted }: AdoptedVenue): number {
  if (days.some(({ kind }) => kind === "refused")) return EXIT.damagedData;
  const isInPart = deleted.kept.length > 0 ||
    days.some((day) => day.kind === "adopted" && (day.rejected > 0 || day.findings.some(isLoss)));
  return isInPart ? EXIT.inPart : EXIT.done;
}

function printAdopted({ venue, days, deleted, seconds }: AdoptedVenue): void {
  const adopted = days.filter((day) => day.kind === "adopted");
  const total = (of: (day: AdoptedDay) => number) => adopted.reduce((sum, day) => sum + of(day), 0);
  for (const day of days) {
    if (day.kind === "planned") printLine(`${venue} ${day.date}: ${textOfDay(day)} would be adopted`);
  }
  if (days.length === 0) printLine(`${venue}: nothing to adopt`);
  if (adopted.length > 0) {
    const rows = total(({ rows }) => rows);
    const pace = `${seconds.toFixed(1)} s, ${grouped(Math.round(rows / seconds))} trades a second`;
    const files = counted(total(({ files }) => files), "file");
    printLine(
      `${venue}: ${counted(adopted.length, "day")} adopted, ${counted(rows, "trade")} of ${files}, ${pace}`,
    );
  }
  if (deleted.files > 0) {
    printLine(
      `${venue}: ${counted(deleted.files, "original")} deleted, ${(deleted.bytes / 1e6).toFixed(1)} MB`,
    );
  }
}
