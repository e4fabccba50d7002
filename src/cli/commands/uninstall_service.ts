import { EXIT } from "../exit.ts";
import type { CommandLine } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { rootOption } from "../grammar/option_values.ts";
import { withLog } from "../logging.ts";
import { asAdministrator, findInstallation, removeFiles } from "../service/installation.ts";
import { printNext } from "../service/print_next.ts";
import { nextAfterRemoval } from "../service/service_plan.ts";
import { LOG_DIRECTORY } from "../service/service_unit.ts";
import { printLine } from "../terminal/output.ts";

interface UninstallOptions {
  /** The folder of a machine's image. */
  readonly root?: string;
  readonly dryRun?: boolean;
}

export function addUninstallServiceCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("uninstall-service")
    .description("Remove what install-service wrote; data and logs stay.")
    .option("--root <dir>", "from the machine image below this folder", rootOption)
    .option("--dry-run", "show what would be removed; remove nothing")
    .addHelpText("after", "\nExamples:\n  xetra-parqed uninstall-service --dry-run")
    .action(async (options) => {
      setExitCode(await uninstallServiceCommand({ ...globals(), ...options }));
    });
}

/** Removes what an installation wrote; data, logs and other people's files stay. */
function uninstallServiceCommand(
  { root = "", dryRun = false, ...options }: GlobalOptions & UninstallOptions,
): Promise<number> {
  return withLog([], options, () =>
    asAdministrator(() => {
      const { files, workingDirectories, beside } = findInstallation(root);
      if (!dryRun) removeFiles(files, root);
      for (const file of files) printLine(`${dryRun ? "would be " : ""}removed: ${file}`);
      if (files.length === 0) printLine("nothing to remove: install-service wrote nothing here");
      else {
        printLine(`kept: data in ${workingDirectories.join(", ")}, logs in ${LOG_DIRECTORY}`);
        for (const path of beside) printLine(`kept: ${path}; delete it when you no longer want it`);
        printNext(root === "" ? nextAfterRemoval(files) : [], dryRun);
      }
      return EXIT.done;
    }));
}
