import { resolve } from "node:path";
import { venuesStored, viewsOf } from "../../derive/views.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { BARS_1M, QUOTES_BY_HOUR, TRADES_BY_DAY } from "../../store/datasets.ts";
import { Layout } from "../../store/layout.ts";
import { CannotWrite, ifThere, writeAtomically } from "../../system/atomic.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { run } from "../run_command.ts";
import { printLine } from "../terminal/output.ts";
import { writeOutput } from "../terminal/write_output.ts";

interface ConnectOptions {
  readonly output?: string;
}

export function addConnectCommand({ program, action }: CommandLine): void {
  program.command("connect")
    .description("Write views of what is stored for DuckDB, and print the path of the file.")
    .argument("[venues...]", "only these venues (default: all that are stored)", venuesOption)
    .option(
      "--output <file>",
      "write this file (default: views.sql in the working directory's .xetra-parqed)",
    )
    .addHelpText(
      "after",
      examples("connect", "connect DETR DFRA --output views.sql") +
        '\n\nIn a shell:\n  duckdb -init "$(xetra-parqed connect)"',
    )
    .action(action(connectCommand));
}

function connectCommand(venues: readonly Venue[], options: GlobalOptions & ConnectOptions): Promise<number> {
  return run(venues, options, async () => {
    const layout = new Layout(options.wrkDir);
    const path = resolve(options.output ?? layout.views(venues));
    try {
      const write = options.output === undefined ? writeAtomically : writeOutput;
      await writeIfOther(path, viewsOf(layout, venues), write);
    } catch (error) {
      if (!(error instanceof CannotWrite) || options.output !== undefined) throw error;
      log.error(`${error.message}, or another file by --output`);
      return EXIT.cannotWrite;
    }
    sayWhatIsEmpty(layout, venues);
    printLine(path);
    return EXIT.done;
  });
}

/** A user who may only read gets the file that the collector's user made, if it is the same. */
async function writeIfOther(path: string, text: string, write: typeof writeAtomically): Promise<void> {
  if (ifThere(() => Deno.readTextFileSync(path)) === text) return;
  await write(path, (append) => append(new TextEncoder().encode(text)));
}

/** Empty views are no error, but may be a surprise. */
function sayWhatIsEmpty(layout: Layout, venues: readonly Venue[]): void {
  const traded = venuesStored(layout, TRADES_BY_DAY, venues);
  const filled = new Set([...traded, ...venuesStored(layout, QUOTES_BY_HOUR, venues)]);
  if (filled.size === 0 && venues.length === 0) {
    log.warning(`no trades are stored below ${resolve(layout.workingDirectory)}: the views are empty`);
  }
  for (const venue of venues) {
    if (!filled.has(venue)) log.warning(`${venue}: no trades are stored: its views are empty`);
  }
  const barred = venuesStored(layout, BARS_1M, traded);
  const without = traded.filter((venue) => !barred.includes(venue));
  if (without.length > 0) {
    log.info(
      `no bars are stored of ${without.join(", ")}: xetra-parqed bars ${
        without.join(" ")
      } --all makes them; ` +
        "then connect again",
    );
  }
}
