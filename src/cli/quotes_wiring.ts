import type { QuoteTools } from "../collect/quotes/quotes_cycle.ts";
import { SharedRoom } from "../collect/quotes/shared_room.ts";
import { type claim, EXCHANGE_QUOTA } from "../feed/quota.ts";
import { claimOfQuotes, shareOfQuotes, waitForTrades } from "../feed/quota_share.ts";
import { NO_FILTER, type QuoteFilter } from "../feed/quote_filter.ts";
import { log } from "../log/log.ts";
import { tradesADay } from "../store/disk.ts";
import { QuotesLayout } from "../store/layout.ts";
import { RESERVE_BYTES } from "../store/reserve.ts";
import { INGESTING_THREAD } from "./threads/ingesting.ts";
import { terminal } from "./terminal/terminal.ts";
import type { Screen } from "./terminal/progress.ts";
import { assemble, type Choices } from "./wiring.ts";

/** The options of the commands that concern quotes. */
export interface QuoteChoices extends Choices {
  /** Default: everything is stored. */
  readonly filter?: QuoteFilter;
  /** Default 0: raw files go as soon as their rows are proved to be stored. */
  readonly keepRawDays?: number;
}

/** Room for this many days of trades stays free: time for a person to make more. */
const DAYS_OF_TRADES = 3;

/** What a cycle of quotes works with; `screen` and `onProgress` as of `wire`. */
export function wireQuotes(
  choices: QuoteChoices,
  screen: Screen | null = terminal.screen,
  onProgress: () => void = () => {},
): QuoteTools {
  const layout = new QuotesLayout(choices.wrkDir);
  const limit = shareOfQuotes(choices.quota ?? EXCHANGE_QUOTA);
  return {
    ...assemble(choices, { layout, limit, noun: "rows", claimWith: claimAndLog }, screen, onProgress),
    quota: limit,
    filter: choices.filter ?? NO_FILTER,
    keepRawDays: choices.keepRawDays ?? 0,
    mayWait: false,
    keptForTrades: () => Math.max(RESERVE_BYTES, DAYS_OF_TRADES * tradesADay(layout)),
    room: new SharedRoom(),
    secondThread: INGESTING_THREAD,
  };
}

/** Claims as quotes do; says once when they wait for trades, which may take hours. */
function claimAndLog(): typeof claim {
  let isLogged = false;
  return (...asked) => {
    if (!isLogged && waitForTrades(...asked) > 0) {
      isLogged = true;
      log.info("Quotes wait: trades have a backlog, and go first under the quota");
    }
    return claimOfQuotes(...asked);
  };
}
