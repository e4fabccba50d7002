import { EXIT } from "../exit.ts";

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

/** What any command may end with. */
const ALWAYS: readonly Outcome[] = ["done", "usage", "bug", "cannotWrite"];
/** What a command may end with besides. */
const MORE: Readonly<Record<string, readonly Outcome[]>> = {
  "fetch-trades": ["inPart", "damagedData", "unavailable", "busy"],
  "list-files": ["unavailable"],
  "check-status": ["inPart", "unavailable"],
  "check-partial": [],
  "status": [],
  "verify": ["inPart", "damagedData", "busy"],
  "reprocess": ["inPart", "damagedData", "busy"],
  "cleanup-raw": ["inPart", "damagedData", "busy"],
  "consolidate-month": ["inPart", "damagedData", "busy"],
  "adopt": ["inPart", "damagedData", "busy"],
  "install-service": [],
  "uninstall-service": [],
  "completion": [],
};

/** The end of a command's help: what its exit codes mean. Throws when nobody has said so of the command. */
export function exitCodesHelp(command: string): string {
  const more = MORE[command];
  if (more === undefined) throw new Error(`nobody says with what ${command} ends`);
  const outcomes = [...ALWAYS, ...more].sort((a, b) => EXIT[a] - EXIT[b]);
  const lines = outcomes.map((outcome) => `  ${String(EXIT[outcome]).padEnd(9)}${MEANINGS[outcome]}`);
  return ["", "Exit codes:", ...lines, "  130, 143 interrupted by SIGINT, SIGTERM"].join("\n");
}
