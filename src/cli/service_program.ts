import { Argument, type Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { join, resolve } from "node:path";
import type { CommandLine } from "./command_line.ts";
import { activeHoursOption, intervalOption, sizeText, venuesOption } from "./options.ts";
import {
  DEFAULT_BINARY,
  DEFAULT_USER,
  DEFAULT_WORKING_DIRECTORY,
  isStateDirectory,
  isUnitPath,
  LOG_DIRECTORY,
  type Service,
} from "./service/service_unit.ts";
import type { GlobalOptions } from "./settings.ts";

/** What a unit of ours cannot see: each has its own of these, or none. */
const HIDDEN = ["/home", "/root", "/run", "/tmp", "/var/tmp", "/dev", "/proc", "/sys"];

/** Loaded when they run. */
const serviceCommands = () => import("./service_commands.ts");

/** The commands that set up the service. */
export function addServiceCommands({ program, globals, setExitCode }: CommandLine): void {
  program.command("install-service")
    .description("Write a systemd unit for a daemon of these venues, and make its directories.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--user <name>", `the user to run as (default: ${DEFAULT_USER})`, userOption)
    .addOption(
      new Option("--dynamic-user", "a user that systemd makes while it runs; for a single daemon")
        .conflicts(["user", "perVenue"]),
    )
    .option("--per-venue", "a daemon for each venue, by a template, instead of one for all")
    .option("--interval <time>", "as of fetch-trades --daemon", checkedBy(intervalOption))
    .option("--active-hours <hours>", "as of fetch-trades --daemon", checkedBy(activeHoursOption))
    .addOption(
      new Option("--binary <file>", "this program, where the service finds it")
        .argParser(unitPathOption).default(DEFAULT_BINARY),
    )
    .option("--root <dir>", "install into the image of a machine below this folder", rootOption)
    .option("--dry-run", "say what would be done, and touch nothing")
    .option("--print", "print the unit, and touch nothing")
    .addHelpText(
      "after",
      `
The working directory is ${DEFAULT_WORKING_DIRECTORY} unless --wrk-dir says another one. The daemon logs
into ${LOG_DIRECTORY}, and as --log-level, --log-rotate-size, --log-keep-days, --quiet and
--system-timezone say.

Examples:
  xetra-parqed install-service DETR DFRA --dry-run
  xetra-parqed install-service DETR --interval 15m --active-hours 07:00-22:30`,
    )
    .action(async (venues, options, command) => {
      const given = program.getOptionValueSource("wrkDir") !== "default";
      const service: Service = {
        venues: options.perVenue ? null : venues,
        user: options.dynamicUser ? null : options.user ?? DEFAULT_USER,
        workingDirectory: given ? resolve(globals().wrkDir) : DEFAULT_WORKING_DIRECTORY,
        binary: options.binary,
        options: [
          ...(options.interval === undefined ? [] : ["--interval", options.interval]),
          ...(options.activeHours === undefined ? [] : ["--active-hours", options.activeHours]),
          ...logOptionsOf(globals()),
        ],
      };
      const usageError = (message: string) => command.error(`error: ${message}`);
      const refusal = refusalOf(service);
      if (refusal !== null) usageError(refusal);
      const { installServiceCommand } = await serviceCommands();
      setExitCode(await installServiceCommand(service, venues, { ...globals(), ...options }, usageError));
    });

  program.command("uninstall-service")
    .description("Remove what install-service wrote, but no data and no logs.")
    .option("--root <dir>", "from the image of a machine below this folder", rootOption)
    .option("--dry-run", "say what would be removed, and touch nothing")
    .addHelpText("after", "\nExamples:\n  xetra-parqed uninstall-service --dry-run")
    .action(async (options) => {
      const { uninstallServiceCommand } = await serviceCommands();
      setExitCode(await uninstallServiceCommand({ ...globals(), ...options }));
    });
}

/** How the daemon shall log, as far as it is not the default; where it logs to is the unit's to say. */
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

/** The command by which shells come to know the others. */
export function addCompletionCommand(program: Command): void {
  program.command("completion")
    .description("Print a script by which a shell completes commands, options and venues.")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"] as const))
    .addHelpText("after", "\nExamples:\n  source <(xetra-parqed completion bash)")
    .action(async (shell) => {
      const { completionScript } = await import("./completion/completion.ts");
      console.log(completionScript(shell, program).trimEnd());
    });
}

/** Why a service cannot be; null when it can. */
export function refusalOf({ user, workingDirectory, binary }: Service): string | null {
  if (!isUnitPath(workingDirectory)) return `${workingDirectory}: ${UNIT_PATHS}`;
  for (const path of [workingDirectory, binary]) {
    const hidden = HIDDEN.find((folder) => path === folder || path.startsWith(`${folder}/`));
    if (hidden !== undefined) return `${path}: the service sees nothing of ${hidden}; choose another folder`;
  }
  if (user !== null || isStateDirectory(workingDirectory)) return null;
  return `${workingDirectory}: a dynamic user's files lie below /var/lib; choose a folder there`;
}

const UNIT_PATHS = "a unit takes absolute paths of letters, digits and . _ + -";

function unitPathOption(path: string): string {
  if (isUnitPath(path)) return path;
  throw new InvalidArgumentError(`Wrong path: ${UNIT_PATHS}.`);
}

/** The folder of the machine itself is no image. */
function rootOption(path: string): string {
  const root = resolve(path);
  return root === join("/") ? "" : root;
}

function userOption(name: string): string {
  if (/^[a-z_][a-z0-9_-]{0,30}$/.test(name)) return name;
  throw new InvalidArgumentError("A user has a name such as xetra.");
}

/** Reads an option as the daemon will, and keeps how it was written, without spaces. */
function checkedBy(parse: (text: string) => unknown): (text: string) => string {
  return (text) => {
    parse(text);
    return text.replaceAll(/\s/g, "");
  };
}
