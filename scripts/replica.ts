/**
 * `deno task replica`: a stand-in for the exchange on loopback, to try the program without the exchange.
 * Prints the API's URL and serves until it is interrupted.
 */
import { Command, Option } from "@commander-js/extra-typings";
import { calendarDate, quota, services, venues, wholeNumber } from "./replica/arguments.ts";
import { tradingDays } from "./replica/calendar.ts";
import { startReplica } from "./replica/server.ts";
import { ODD, REAL, TIDY } from "./replica/untidy.ts";

const program = new Command("replica")
  .description("A replica of the exchange's file service on 127.0.0.1. The same options give the same files.")
  .option("--port <port>", "port of the API; 0 for a free one", wholeNumber, 8765)
  .option("--venues <list>", "venues, separated by commas", venues, ["DETR", "DFRA"])
  .option("--date <date>", "first trading day, YYYY-MM-DD", calendarDate, "2026-09-01")
  .option("--days <count>", "trading days from then on", wholeNumber, 1)
  .addOption(
    new Option("--era <era>", "key names").choices(["2025-legacy", "2026-mifid"]).default("2026-mifid"),
  )
  .addOption(
    new Option("--form <form>", "listed names").choices(["whole", "prefixed", "bare"]).default("whole"),
  )
  .option("--trades <count>", "trades of each day; default: the venue's usual number", wholeNumber)
  .option("--seed <number>", "seed of all randomness", wholeNumber, 1)
  .option("--quota <n/seconds>", "downloads in each window, or off", quota, quota("30/60"))
  .option("--daily", "also serve daily files")
  .option("--live", "let names appear by the clock, 14 minutes after their minute; for a --date of today")
  .addOption(
    new Option("--rows <sort>", "well-behaved, as often odd as the exchange's, or with all that it may send")
      .choices(["tidy", "real", "odd"]).default("real"),
  )
  .option("--quotes <list>", "services of quotes, such as DGAT-pretrade, separated by commas", services, [])
  .option("--quote-rows <count>", "rows of a usual minute of quotes; default: the service's", wholeNumber)
  .option(
    "--truth <dir>",
    "write what must be stored to DIR/venue=VENUE/DATE.ndjson and, of quotes, DIR/quotes/…/HOUR.ndjson, then serve",
  );

const options = program.parse().opts();
const days = options.venues.flatMap((venue) =>
  tradingDays(options.date, options.days).map((date) => ({
    venue,
    date,
    era: options.era,
    seed: options.seed,
    trades: options.trades,
    untidiness: { tidy: TIDY, real: REAL, odd: ODD }[options.rows],
  }))
);
const quotes = options.quotes.flatMap((service) =>
  tradingDays(options.date, options.days).map((date) => ({
    service,
    date,
    seed: options.seed,
    rows: options.quoteRows,
    odd: options.rows === "odd",
  }))
);
const { port, form, daily, live } = options;
const served = { days, quotes, port, form, daily, live, quota: options.quota, signatureMillis: 2_000 };
await using replica = await startReplica(served)
  .catch((error: Error) => program.error(`error: cannot serve on port ${port}: ${error.message}`));
if (options.truth !== undefined) {
  await replica.writeTruth(options.truth);
  await replica.writeQuotesTruth(`${options.truth}/quotes`);
}
console.log(
  `${replica.apiUrl}  (xetra-parqed fetch-trades ${options.venues[0]} --api-url ${replica.apiUrl})`,
);
await interrupted();

/** Resolves at the first SIGINT or SIGTERM. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => resolve());
  });
}
