import { type Collected, TRADES_COLLECTED } from "../collect/collected.ts";
import { quotesCollected } from "../collect/quotes/quotes_collected.ts";
import { Layout, QuotesLayout } from "../store/layout.ts";
import type { GlobalOptions, QuotesOption } from "./grammar/global_options.ts";

/** What a command looks at, and where: trades, or with `--quotes` quotes. */
export interface Subject {
  readonly layout: Layout;
  readonly collected: Collected;
}

/** What the options choose. */
export function subjectOf({ wrkDir, quotes }: Pick<GlobalOptions, "wrkDir"> & QuotesOption): Subject {
  return quotes
    ? { layout: new QuotesLayout(wrkDir), collected: quotesCollected() }
    : { layout: new Layout(wrkDir), collected: TRADES_COLLECTED };
}
