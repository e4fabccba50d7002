import { Help } from "@commander-js/extra-typings";
import { EXIT } from "../exit.ts";

/** Of a code, its indentation and the gap behind it. */
const CODE_COLUMNS = 11;

type Outcome = keyof typeof EXIT;

const MEANINGS: Readonly<Record<Outcome, string>> = {
  done: "done; nothing is missing",
  inPart: "done in part: something is pending or was set aside; the last lines say what",
  usage: "wrong usage",
  damagedData: "damaged data; the message names the file, which is left as it is",
  unavailable: "the exchange is unavailable",
  bug: "a bug: please report the lines that it prints",
  cannotWrite: "cannot read or write; the message names the file",
  busy: "another process writes this venue, or its daemon is running",
};

/** The exit codes that any command may have. */
const ALWAYS: readonly Outcome[] = ["done", "usage", "bug", "cannotWrite"];
/** Further exit codes of single commands. */
const MORE: Readonly<Record<string, readonly Outcome[]>> = {
  "fetch-trades": ["inPart", "damagedData", "unavailable", "busy"],
  "fetch-quotes": ["inPart", "damagedData", "unavailable", "busy"],
  "list-files": ["unavailable"],
  "check-status": ["inPart", "unavailable"],
  "check-partial": ["inPart"],
  "coverage": ["inPart", "damagedData"],
  "trades": ["inPart", "damagedData"],
  "bars": ["inPart", "damagedData", "busy"],
  "closes": ["inPart", "damagedData"],
  "quotes": ["inPart", "damagedData"],
  "marks": ["inPart", "damagedData"],
  "connect": [],
  "status": [],
  "verify": ["inPart", "damagedData", "busy"],
  "reprocess": ["inPart", "damagedData", "busy"],
  "cleanup-raw": ["inPart", "damagedData", "busy"],
  "consolidate-month": ["inPart", "damagedData", "busy"],
  "adopt": ["inPart", "damagedData", "busy"],
  "merge": ["inPart", "damagedData", "busy"],
  "export": ["inPart", "damagedData", "busy"],
  "serve": ["busy"],
  "install-service": [],
  "uninstall-service": [],
  "completion": [],
  "help": [],
};

/** For commands that only look: their exit code does not say what they found. */
const ANSWERED = "done: it has answered, whatever is missing";

/** Exit codes whose meaning differs in a command; listed before the common ones. */
const OWN: Readonly<Record<string, ExitCodes>> = {
  "list-files": { "0": ANSWERED },
  "check-status": { "0": ANSWERED, "3": "some venues were answered, others were not" },
  "check-partial": { "0": ANSWERED, "3": "some venues were answered, others were not" },
  "coverage": {
    "3": "nothing is stored for a trading day, which its line names, or nothing at all",
    "65": "a damaged partition; its line has the day, and verify names the file",
  },
  "merge": {
    "3": "a file has different bytes in the two; both are stored now, and the last lines name the first; " +
      "or an hour has different selections of quotes in the two, and is left as it is",
  },
  "trades": { "3": "nothing is stored for a requested trading day" },
  "bars": { "3": "nothing is stored for a requested trading day" },
  "closes": { "3": "nothing is stored for the requested trading day" },
  "export": {
    "3": "nothing is stored for a requested month",
    "65":
      "damaged data, or fewer trades than were exported; the message names the file, which is left as it is",
    "75": "another process exports this venue to the same folder",
  },
  "quotes": { "3": "no quotes are stored for the requested time" },
  "verify": { "3": "trades are or may be missing, which the lines name; or nothing is stored" },
  "marks": { "3": "no quotes are stored for the requested trading day" },
  "serve": {
    "0": "done: ended by SIGTERM or SIGINT",
    "75": "another program listens at this address",
  },
  "status": {
    "0": `${ANSWERED}; with --check: fine`,
    "1, 2": "with --check: a warning; critical, or it cannot look",
  },
  "reprocess": { "64": "wrong usage, or --accept names no file that waits" },
  "consolidate-month": { "64": "wrong usage, or a month that is not over or lacks days, without --yes" },
};

/** Exit codes and their meanings; a key may hold several codes with the same meaning. */
export type ExitCodes = Readonly<Record<string, string>>;

const BY_SIGNAL: ExitCodes = { "130, 143": "interrupted by SIGINT, SIGTERM" };

/** The meanings of the common exit codes, as far as these commands have them. */
export function sharedExitCodes(
  outcomes: readonly Outcome[] = Object.keys(MEANINGS) as Outcome[],
): ExitCodes {
  return {
    ...Object.fromEntries(outcomes.map((outcome) => [String(EXIT[outcome]), MEANINGS[outcome]])),
    ...BY_SIGNAL,
  };
}

/** The exit codes of a command that have a meaning of their own there. */
export function ownExitCodes(command: string): ExitCodes {
  return OWN[command] ?? {};
}

/** The end of a command's help: its exit codes. Throws when they are not defined for the command. */
export function exitCodesHelp(command: string): string {
  const more = MORE[command];
  if (more === undefined) throw new Error(`exit codes of ${command} are missing in the table`);
  const lines = Object.entries({ ...sharedExitCodes([...ALWAYS, ...more]), ...ownExitCodes(command) })
    .sort(([a], [b]) => parseInt(a) - parseInt(b))
    .map(([code, meaning]) => `  ${code.padEnd(CODE_COLUMNS - 2)}${besideCode(meaning)}`);
  return ["", "Exit codes:", ...lines].join("\n");
}

/** A meaning in lines that fit 80 columns beside the column of the codes. */
function besideCode(meaning: string): string {
  return new Help().boxWrap(meaning, 80 - CODE_COLUMNS).replaceAll("\n", `\n${" ".repeat(CODE_COLUMNS)}`);
}
