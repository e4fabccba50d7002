import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { join, resolve } from "node:path";
import { isThere } from "../../system/atomic.ts";
import { stampedPath } from "../../system/stamped_path.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import type { CommandLine } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { quotesOption, rootOption, sizeText, venuesOption } from "../grammar/option_values.ts";
import { activeHoursOption, intervalOption } from "../grammar/rhythm_values.ts";
import { withLog } from "../logging.ts";
import { asAdministrator, install, isProgram, lookAtMachine } from "../service/installation.ts";
import { printNext } from "../service/print_next.ts";
import { type InstallPlan, planInstall, type Rival } from "../service/service_plan.ts";
import {
  DEFAULT_BINARY,
  DEFAULT_WORKING_DIRECTORY,
  isLogPath,
  isStateDirectory,
  isUnitPath,
  LOG_DIRECTORY,
  type SystemdService,
  unitText,
} from "../service/service_unit.ts";
import { DEFAULT_USER } from "../service/service_user.ts";
import { printLine } from "../terminal/output.ts";

/** Those options of `install-service` that say how to install; the others describe the service. */
interface InstallOptions {
  /** The folder of a machine's image. */
  readonly root?: string;
  readonly dryRun?: boolean;
  readonly print?: true;
}

/** Folders that are hidden from our units or private to each of them. */
const HIDDEN = ["/home", "/root", "/run", "/tmp", "/var/tmp", "/dev", "/proc", "/sys"];

export function addInstallServiceCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("install-service")
    .description("Write a systemd unit for a daemon of these venues, and create its directories.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--user <name>", `the user to run as (default: ${DEFAULT_USER})`, userOption)
    .addOption(
      new Option("--dynamic-user", "let systemd create the user while the service runs; for a single daemon")
        .conflicts(["user", "perVenue"]),
    )
    .option("--per-venue", "a daemon for each venue, by a template, instead of one for all")
    .option("--interval <time>", "as for fetch-trades --daemon", checkedBy(intervalOption))
    .option("--active-hours <hours>", "as for fetch-trades --daemon", checkedBy(activeHoursOption))
    .option("--publish-every <time>", "as for fetch-trades --daemon", checkedBy(intervalOption))
    .option("--no-bars", "as for fetch-trades --daemon")
    .addOption(
      new Option(
        "--quotes <services>",
        "as for fetch-trades --daemon: quotes beside the trades, by the same daemon",
      )
        .argParser(checkedBy(quotesOption)).conflicts("perVenue"),
    )
    .option("--quotes-bonds", "with --quotes: only quotes in percent, those of bonds")
    .addOption(
      new Option("--binary <file>", "where the service finds this program")
        .argParser(unitPathOption).default(DEFAULT_BINARY),
    )
    .option("--root <dir>", "install into the machine image below this folder", rootOption)
    .option("--dry-run", "show what would be done; change nothing")
    .option("--print", "print the unit; change nothing")
    .addHelpText(
      "after",
      `
The working directory is ${DEFAULT_WORKING_DIRECTORY}, unless --wrk-dir names another one.
The daemon logs below ${LOG_DIRECTORY}; --log-file (a file there),
--log-level, --log-rotate-size, --log-keep-days, --quiet and --system-timezone
apply to its log.

Examples:
  xetra-parqed install-service DETR DFRA --dry-run
  xetra-parqed install-service DETR --interval 15m --active-hours 07:00-22:30
  xetra-parqed install-service DETR DFRA --interval 1m --quotes DGAT,DFRA`,
    )
    .action(async (venues, options, command) => {
      const { logFile, ...others } = globals();
      const given = program.getOptionValueSource("wrkDir") !== "default";
      const service: SystemdService = {
        venues: options.perVenue ? null : venues,
        user: options.dynamicUser ? null : options.user ?? DEFAULT_USER,
        workingDirectory: given ? resolve(others.wrkDir) : DEFAULT_WORKING_DIRECTORY,
        binary: options.binary,
        ...(logFile === undefined ? {} : { logFile: resolve(logFile) }),
        options: [
          ...(options.interval === undefined ? [] : ["--interval", options.interval]),
          ...(options.activeHours === undefined ? [] : ["--active-hours", options.activeHours]),
          ...(options.publishEvery === undefined ? [] : ["--publish-every", options.publishEvery]),
          ...(options.bars ? [] : ["--no-bars"]),
          ...(options.quotes === undefined ? [] : ["--quotes", options.quotes]),
          ...(options.quotesBonds ? ["--quotes-bonds"] : []),
          ...logOptionsOf(others),
        ],
      };
      const usageError = (message: string) => command.error(`error: ${message}`);
      const refusal = impossibleBecause(service);
      if (refusal !== null) usageError(refusal);
      setExitCode(await installServiceCommand(service, venues, { ...others, ...options }, usageError));
    });
}

/** The daemon's log options that differ from the defaults. */
function logOptionsOf(
  { logLevel, logRotateSize, logKeepDays, quiet, systemTimezone }: GlobalOptions,
): string[] {
  return [
    ...(logLevel === "INFO" ? [] : ["--log-level", logLevel]),
    ...(logRotateSize === undefined ? [] : ["--log-rotate-size", sizeText(logRotateSize)]),
    ...(logKeepDays === undefined ? [] : ["--log-keep-days", `${logKeepDays}`]),
    ...(quiet === undefined ? [] : ["--quiet"]),
    ...(systemTimezone === undefined ? [] : ["--system-timezone", systemTimezone]),
  ];
}

/** Why a service is impossible; null when it is possible. */
export function impossibleBecause(
  { venues, user, workingDirectory, binary, logFile }: SystemdService,
): string | null {
  if (!isUnitPath(workingDirectory)) return `${workingDirectory}: ${UNIT_PATHS}`;
  for (const path of [workingDirectory, binary]) {
    const hidden = HIDDEN.find((folder) => path === folder || path.startsWith(`${folder}/`));
    if (hidden !== undefined) return `${path}: the service cannot see ${hidden}; choose another folder`;
  }
  if (logFile !== undefined && venues === null) return "--log-file: each instance has a log of its own";
  if (logFile !== undefined && !isLogPath(logFile)) {
    return `${logFile}: the service can write logs below ${LOG_DIRECTORY} only; choose a file there`;
  }
  if (user !== null || isStateDirectory(workingDirectory)) return null;
  return `${workingDirectory}: a dynamic user's files lie below /var/lib; choose a folder there`;
}

const UNIT_PATHS = "a unit takes absolute paths of letters, digits and . _ + -";

function unitPathOption(path: string): string {
  if (isUnitPath(path)) return path;
  throw new InvalidArgumentError(`Wrong path: ${UNIT_PATHS}.`);
}

function userOption(name: string): string {
  if (/^[a-z_][a-z0-9_-]{0,30}$/.test(name)) return name;
  throw new InvalidArgumentError("A user name is lower-case letters, digits, _ and -, such as xetra.");
}

/** Parses an option as the daemon will, and returns its text without spaces. */
function checkedBy(parse: (text: string) => unknown): (text: string) => string {
  return (text) => {
    parse(text);
    return text.replaceAll(/\s/g, "");
  };
}

function installServiceCommand(
  service: SystemdService,
  venues: readonly string[],
  options: GlobalOptions & InstallOptions,
  usageError: (message: string) => never,
): Promise<number> {
  if (options.print) {
    printLine(unitText(service).trimEnd());
    return Promise.resolve(EXIT.done);
  }
  const { root = "", dryRun = false } = options;
  if (!isProgram(join(root, service.binary))) {
    usageError(
      `there is no program at ${join(root, service.binary)}: put it there, or name its place with --binary`,
    );
  }
  return withLog(venues, options, () =>
    asAdministrator(async () => {
      const machine = lookAtMachine(service, root);
      const plan = planInstall(service, venues, machine);
      const aside = asidePath(plan.unit.path, root, systemClock.now());
      if (!dryRun) await install(plan, root, aside);
      for (const line of changesOf(plan, aside, dryRun)) printLine(line);
      if (machine.rival !== null) printLine(rivalText(machine.rival));
      printNext(plan.next, dryRun);
      return EXIT.done;
    }));
}

/** What is done (in a dry run: would be done), one line each. */
function changesOf({ unit, change, make, owner }: InstallPlan, aside: string, dryRun: boolean): string[] {
  const would = dryRun ? "would be " : "";
  const to = owner === null ? "" : `, for ${owner.name}`;
  return [
    change === "none" ? `${unit.path} is up to date` : `${would}written: ${unit.path}`,
    ...(change === "replace" ? [`${would}kept: the unit that was there, as ${aside}`] : []),
    ...make.map((path) => `${would}made: ${path}${to}`),
  ];
}

/** Both stay installed until the administrator has chosen one. */
function rivalText({ path }: Rival): string {
  return `also there: ${path}; a venue has only one daemon, so disable its services first`;
}

/** The unused name under which a replaced unit is kept; `now` in milliseconds since 1970. */
function asidePath(path: string, root: string, now: number): string {
  return stampedPath(`${path}.old`, now, (candidate) => isThere(join(root, candidate)));
}
