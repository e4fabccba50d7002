import { join } from "node:path";
import { EXIT } from "./exit.ts";
import {
  asAdministrator,
  findInstallation,
  install,
  isProgram,
  lookAtMachine,
  removeFiles,
} from "./service/install_service.ts";
import { withLog } from "./logging.ts";
import { type InstallPlan, nextAfterRemoval, planInstall, type Rival } from "./service/service_plan.ts";
import { LOG_DIRECTORY, type Service, unitText } from "./service/service_unit.ts";
import type { GlobalOptions, InstallOptions, UninstallOptions } from "./settings.ts";
import { systemClock } from "../system/system_clock.ts";

/** The commands that set up the service and take it away: each returns the exit code. */

/** Installs a service for these venues; `usageError` throws. */
export function installServiceCommand(
  service: Service,
  venues: readonly string[],
  options: GlobalOptions & InstallOptions,
  usageError: (message: string) => never,
): Promise<number> {
  if (options.print) {
    console.log(unitText(service).trimEnd());
    return Promise.resolve(EXIT.done);
  }
  const { root = "", dryRun = false } = options;
  if (!isProgram(join(root, service.binary))) {
    usageError(`there is no program at ${join(root, service.binary)}: put it there, or name it by --binary`);
  }
  return withLog(venues, options, () =>
    asAdministrator(async () => {
      const machine = lookAtMachine(service, root);
      const plan = planInstall(service, venues, machine);
      const aside = asidePath(plan.unit.path, systemClock.now());
      if (!dryRun) await install(plan, root, aside);
      for (const line of changesOf(plan, aside, dryRun)) console.log(line);
      if (machine.rival !== null) console.log(toldOf(machine.rival));
      printNext(plan.next, dryRun);
      return EXIT.done;
    }));
}

/** Takes away what an installation wrote; data, logs and what somebody else wrote stay. */
export function uninstallServiceCommand(
  { root = "", dryRun = false, ...options }: GlobalOptions & UninstallOptions,
): Promise<number> {
  return withLog([], options, () =>
    asAdministrator(() => {
      const { files, workingDirectories } = findInstallation(root);
      if (!dryRun) removeFiles(files, root);
      for (const file of files) console.log(`${dryRun ? "would be " : ""}removed: ${file}`);
      if (files.length === 0) console.log("nothing is there that install-service wrote");
      else {
        console.log(`kept: data in ${workingDirectories.join(", ")}, logs in ${LOG_DIRECTORY}`);
        printNext(root === "" ? nextAfterRemoval(files) : [], dryRun);
      }
      return EXIT.done;
    }));
}

/** What is done or, in a dry run, would be done, a line each. */
function changesOf({ unit, change, make, owner }: InstallPlan, aside: string, dryRun: boolean): string[] {
  const would = dryRun ? "would be " : "";
  const to = owner === null ? "" : `, for ${owner.name}`;
  return [
    change === "none" ? `${unit.path} is as it should be` : `${would}written: ${unit.path}`,
    ...(change === "replace" ? [`${would}kept: the unit that was there, as ${aside}`] : []),
    ...make.map((path) => `${would}made: ${path}${to}`),
  ];
}

/** Both stay installed until the administrator has chosen. */
function toldOf({ path }: Rival): string {
  return `also there: ${path}; a venue has one daemon, so its services are to be disabled first`;
}

function printNext(commands: readonly string[], dryRun: boolean): void {
  if (commands.length > 0) console.log(dryRun ? "then, as root:" : "now, as root:");
  for (const command of commands) console.log(`  ${command}`);
}

/** Under which name a unit is kept that is replaced; `now` in milliseconds since 1970. */
function asidePath(path: string, now: number): string {
  return `${path}.old-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
}
