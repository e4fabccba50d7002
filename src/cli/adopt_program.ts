import { Option } from "@commander-js/extra-typings";
import type { Venue } from "../feed/venue.ts";
import { type CommandLine, examples } from "./command_line.ts";
import { EXIT } from "./exit.ts";
import { venuesOption } from "./options.ts";

/** The command that takes over from the predecessor. */
export function addAdoptCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("adopt")
    .description("Take over the trades that the Python predecessor of this program has stored.")
    .argument("[venues...]", "venue codes, such as DETR", venuesOption)
    .option("--all", "every venue that the predecessor has stored")
    .option("--from <dir>", "its working directory, where it is not ours; nothing is changed there")
    .option("--dry-run", "say what would be adopted, and touch nothing")
    .addOption(
      new Option("--delete-originals", "delete its files whose trades are proved to be stored")
        .conflicts(["from", "dryRun"]),
    )
    .option("--json", "print what was done as JSON")
    .addHelpText("after", examples("adopt DETR --dry-run", "adopt --all --from /var/lib/yf_parqed"))
    .action(async (venues, options, command) => {
      if ((venues.length === 0) !== (options.all ?? false)) {
        command.error("error: give either venues or --all", { exitCode: EXIT.usage });
      }
      const all = { ...globals(), ...options };
      const { adoptable, adoptCommand } = await import("./maintenance_commands.ts");
      const found = adoptable(all);
      if (found === null) {
        const message =
          `error: ${options.from} has no data/de/xetra: it is not the predecessor's working directory`;
        return command.error(message, { exitCode: EXIT.usage });
      }
      setExitCode(await adoptCommand(options.all ? found : venues as Venue[], all));
    });
}
