import { checkStatus, type VenueStatus } from "../../collect/monitor/listed_days.ts";
import { shownAs } from "../../collect/monitor/shown_as.ts";
import type { Venue } from "../../feed/venue.ts";
import { API_URL, type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { ExchangeOptions, GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { subjectOf } from "../of_quotes.ts";
import { answer, run } from "../run_command.ts";
import { printDays } from "../terminal/days_table.ts";
import { wire } from "../wiring.ts";
import { printLine } from "../terminal/output.ts";

export function addCheckStatusCommand({ program, action }: CommandLine): void {
  program.command("check-status")
    .description("Compare what the exchange lists with what is stored, by date.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(OF_QUOTES)
    .addOption(API_URL)
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-status DETR", "check-status DETR DFRA --json"))
    .action(action(checkStatusCommand));
}

function checkStatusCommand(
  venues: readonly Venue[],
  options: GlobalOptions & ExchangeOptions & QuotesOption & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const { exchange, clock } = wire(options);
    const { layout, collected } = subjectOf(options);
    const ask = (venue: Venue) => checkStatus(venue, exchange, layout, clock.now(), signal, collected);
    const data = `${collected.noun}s`;
    const print = (status: VenueStatus) => printStatus(status, data);
    return answer(venues, options, ask, print, undefined, ({ venue, days }) => (
      { venue, days: days.map((day) => shownAs(data, day)) }
    ));
  });
}

function printStatus({ venue, days }: VenueStatus, data: string): void {
  printLine(`${venue}: listed by the exchange against stored`);
  printDays(days, data);
}
